"""Questions to publish together with a story, each with its own change note."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from newsroom.accounts.permissions import signed_in_user
from stories.admin.forms.publish import ChangeNoteForm
from stories.models import FAQ, Work
from stories.publishing import PublishRequest, ScheduleResolution
from stories.publishing.preflight import Preflight, load_preflight


@dataclass(frozen=True, slots=True)
class AttachedQuestion:
    """A question that can be published with a work, and its form; ``is_chosen`` says whether it was ticked."""

    work: FAQ
    preflight: Preflight
    form: ChangeNoteForm
    is_chosen: bool

    def publish_request(self) -> PublishRequest:
        """Return the publish request for the question; the form must be valid."""
        form = self.form
        return PublishRequest(self.work, form.change_note(), None, form.overrides(), form.cleaned_data["seen"])


@dataclass(frozen=True, slots=True)
class AttachedQuestions:
    """All questions that can be published together with one work."""

    questions: tuple[AttachedQuestion, ...]

    @classmethod
    def from_request(cls, request: HttpRequest, questions: Iterable[FAQ], *, at: datetime) -> "AttachedQuestions":
        """Return the questions, each with its form, ticked as in the request."""
        chosen_keys = set(request.POST.getlist("questions"))
        attached = []
        for faq in questions:
            preflight = load_preflight(faq, at=at)
            form = ChangeNoteForm(
                request.POST or None,
                prefix=f"question-{faq.pk}",
                preflight=preflight,
                overridable=preflight.overridable(by=signed_in_user(request)),
                initial={"seen": preflight.newest.number if preflight.newest else 0},
            )
            attached.append(AttachedQuestion(faq, preflight, form, str(faq.pk) in chosen_keys))
        return cls(tuple(attached))

    @property
    def needing_input(self) -> list[AttachedQuestion]:
        """The questions that need more input than a tick: those whose form has visible fields or errors."""
        return [each for each in self.questions if each.form.visible_fields() or each.form.errors]

    @property
    def chosen(self) -> list[AttachedQuestion]:
        """The questions that were ticked."""
        return [each for each in self.questions if each.is_chosen]

    def is_valid(self) -> bool:
        """Return whether the forms of all ticked questions are valid."""
        # A list, not a generator, so that every form is validated and shows its own errors.
        return all([each.form.is_valid() for each in self.chosen])  # noqa: C419

    def resolutions(self) -> Mapping[int, ScheduleResolution]:
        """Return the chosen resolutions for ticked questions, keyed by the primary key of the pending edition."""
        return {key: resolution for each in self.chosen for key, resolution in each.form.resolutions().items()}

    def get_form(self, work: Work) -> ChangeNoteForm | None:
        """Return the form of the question ``work``, or None if it is not one of these questions."""
        return next((each.form for each in self.questions if each.work.pk == work.pk), None)
