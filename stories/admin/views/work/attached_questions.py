"""The questions that go out along with a story, each with what readers are told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from newsroom.accounts.permissions import signed_in_user
from stories.admin.forms.publish import ChangeForm
from stories.models import FAQ, Work
from stories.publishing import PublishRequest, ScheduleResolution
from stories.publishing.preflight import Preflight, preflight


@dataclass(frozen=True, slots=True)
class Along:
    """A question that could go out along, and what has to be said of it when it does; ``is_chosen`` where it was ticked."""

    work: FAQ
    outlook: Preflight
    form: ChangeForm
    is_chosen: bool

    def going(self) -> PublishRequest:
        """Return it as the verb wants it; the form must be valid."""
        said = self.form
        return PublishRequest(self.work, said.change(), None, said.overrides(), said.cleaned_data["seen"])


@dataclass(frozen=True, slots=True)
class Party:
    """All questions that could go out along with one work."""

    members: tuple[Along, ...]

    @classmethod
    def of(cls, request: HttpRequest, questions: Iterable[FAQ], *, at: datetime) -> "Party":
        """Read for each question what was ticked and written."""
        chosen = set(request.POST.getlist("questions"))
        members = []
        for faq in questions:
            outlook = preflight(faq, at=at)
            form = ChangeForm(
                request.POST or None,
                prefix=f"question-{faq.pk}",
                outlook=outlook,
                overridable=outlook.overridable(by=signed_in_user(request)),
                initial={"seen": outlook.newest.number if outlook.newest else 0},
            )
            members.append(Along(faq, outlook, form, str(faq.pk) in chosen))
        return cls(tuple(members))

    @property
    def asking(self) -> list[Along]:
        """The questions of which more has to be said than that they go out, and those that were refused."""
        return [each for each in self.members if each.form.visible_fields() or each.form.errors]

    @property
    def chosen(self) -> list[Along]:
        """The questions that were ticked."""
        return [each for each in self.members if each.is_chosen]

    def is_valid(self) -> bool:
        """Say whether all was said of what was ticked; each form says what it lacks."""
        return all([each.form.is_valid() for each in self.chosen])  # noqa: C419 -- each is asked

    def answers(self) -> Mapping[int, ScheduleResolution]:
        """Return what becomes of each edition of these questions that waits, as far as it was said."""
        return {key: answer for each in self.chosen for key, answer in each.form.answers().items()}

    def form_of(self, work: Work) -> ChangeForm | None:
        """Return the form of a question that goes along, or None."""
        return next((each.form for each in self.members if each.work.pk == work.pk), None)
