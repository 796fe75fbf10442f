"""Questions to publish together with a story, each with its own change note."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.http import HttpRequest, QueryDict

from newsroom.accounts.permissions import signed_in_user
from newsroom.http.converters import parse_number
from stories.admin.forms.publish import ChangeNoteForm
from stories.documents.compare import Comparison, compare
from stories.drafts import revisions
from stories.models import FAQ, Revision, Work
from stories.publishing import PublishRequest, ScheduleResolution
from stories.publishing.preflight import Preflight, load_preflight


@dataclass(frozen=True, slots=True)
class NewerText:
    """A text that was saved while the user was reading another revision; ``comparison`` compares the two.

    ``field`` is the name of the field with the number of the revision that the user read.
    """

    newest: Revision
    comparison: Comparison
    field: str

    @classmethod
    def find(cls, data: QueryDict, newest: Revision | None, *, prefix: str = "") -> Self | None:
        """Return the newer text if the submitted form was opened at an earlier text, otherwise None."""
        field = f"{prefix}seen"
        number = parse_number(data.get(field, ""), digits=9)
        if newest is None or number is None or revisions.is_same_text(newest, number):
            return None
        read = revisions.get_revision(newest.work, number)
        before = read.document.value() if read else None
        return cls(newest, compare(before, newest.document.value()), field)

    def update_seen(self, data: QueryDict) -> QueryDict:
        """Return the submitted form as if it had been opened at the newer text, because the page shows it now."""
        updated = data.copy()
        updated[self.field] = str(self.newest.number)
        return updated


@dataclass(frozen=True, slots=True)
class AttachedQuestion:
    """A question that can be published with a work, and its form; ``is_chosen`` says whether it was ticked."""

    work: FAQ
    preflight: Preflight
    form: ChangeNoteForm
    is_chosen: bool
    newer_text: NewerText | None = None

    @property
    def comparison(self) -> Comparison | None:
        """What changes for readers of a page that they have seen, or None."""
        preflight = self.preflight
        return compare(preflight.previous_document, preflight.newest.document.value()) if preflight.newest else None

    @property
    def needs_input(self) -> bool:
        """Whether the question needs more input than a tick: its form has visible fields or errors."""
        return bool(self.form.visible_fields() or self.form.errors)

    def publish_request(self) -> PublishRequest:
        """Return the publish request for the question; the form must be valid."""
        form = self.form
        return PublishRequest(self.work, form.change_note(), None, form.overrides(), form.cleaned_data["seen"])


@dataclass(frozen=True, slots=True)
class AttachedQuestions:
    """All questions that can be published together with one work."""

    questions: tuple[AttachedQuestion, ...]

    @classmethod
    def from_request(
        cls, request: HttpRequest, questions: Iterable[FAQ], *, at: datetime, approves: bool = False
    ) -> "AttachedQuestions":
        """Return the questions, each with its form, ticked as in the request.

        ``approves`` is true if publishing them approves them too.
        """
        is_posted = request.method == "POST"
        chosen_keys = set(request.POST.getlist("questions") if is_posted else request.GET.getlist("question"))
        attached = []
        for faq in questions:
            preflight, prefix = load_preflight(faq, at=at, approves=approves), f"question-{faq.pk}"
            newer_text = NewerText.find(request.POST, preflight.newest, prefix=f"{prefix}-")
            is_chosen = str(faq.pk) in chosen_keys
            data = newer_text.update_seen(request.POST) if newer_text else request.POST
            form = ChangeNoteForm(
                data if is_posted and is_chosen else None,
                prefix=prefix,
                preflight=preflight,
                overridable=preflight.overridable(by=signed_in_user(request)),
                initial={"seen": preflight.newest.number if preflight.newest else 0},
            )
            attached.append(AttachedQuestion(faq, preflight, form, is_chosen, newer_text))
        return cls(tuple(attached))

    @property
    def newer_texts(self) -> list[NewerText]:
        """The texts of ticked questions that were saved while the user was reading earlier ones."""
        return [each.newer_text for each in self.chosen if each.newer_text]

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
