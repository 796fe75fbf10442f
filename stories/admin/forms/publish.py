"""Forms for publishing: the time, the change note, overrides, and the resolutions of pending schedules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.text import Truncator

from newsroom.desk.local_time import DateTimeForm, format_local
from newsroom.site.reader_reports.models import Report
from stories.admin.drafts.quoted_text import find_quoted_text
from stories.checks import Findings
from stories.documents import AnyDocument
from stories.documents.compare import ProposedCorrection
from stories.models import FAQ, Change, ChangeNote, Edition
from stories.publishing import ScheduleResolution
from stories.publishing.preflight import Preflight
from stories.workflow.reader_reports.replies import MAX_REPLY_LENGTH, can_be_answered, suggest_reply

NOW, LATER = "now", "later"
# The kinds of change that an editor can choose, each with its explanation on the form.
CHANGE_KINDS = {
    Change.UPDATE: "New facts or developments.",
    Change.CORRECTION: "An error. Readers see the wrong and the right version.",
    Change.CLARIFICATION: "Not an error, but easy to misread.",
    Change.MINOR: "Typo or formatting only; the “Updated” date stays.",
}
# A changed sentence that may be the correction: as it was, as it is now, and where.
PROPOSAL = (
    '<span class="proposed-correction"><del data-was-wrong>{}</del> <ins data-is-right>{}</ins></span> '
    '<span class="note">{}</span>'
)
SUGGESTED = "Suggested from your change. Edit before publishing."
REPORTED = "Taken from the reader’s report. Edit before publishing."
REMOVED = "This sentence was removed. Say what is right."
RESOLUTIONS = {
    ScheduleResolution.CARRY: "Keep it and include this change.",
    ScheduleResolution.CANCEL: "Cancel it.",
}


class PublishTimeForm(DateTimeForm):
    """Form for publishing immediately or at a later time; ``moment`` is None for immediate publication."""

    when = forms.ChoiceField(
        label="When", choices=((NOW, "Now"), (LATER, "Schedule")), initial=NOW, widget=forms.RadioSelect
    )

    def needs_moment(self) -> bool:
        return bool(self.data.get(self.add_prefix("when")) == LATER)


class ScheduleResolutionForm(forms.Form):
    """Form for the resolution of each pending schedule; ``seen`` is the number of the revision that the user read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pending_schedules: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pending_schedules = pending_schedules
        for edition in pending_schedules:
            begins = format_local(edition.live_from, "j F Y, H:i")
            self.fields[f"answer-{edition.pk}"] = forms.ChoiceField(
                label=f"Edition {edition.label}, live from {begins}",
                required=False,
                choices=explain_choices(RESOLUTIONS),
                widget=forms.RadioSelect,
            )

    def resolutions(self) -> Mapping[int, ScheduleResolution]:
        """Return the chosen resolutions, keyed by the primary key of the edition."""
        values = {edition.pk: self.cleaned_data.get(f"answer-{edition.pk}") for edition in self.pending_schedules}
        return {key: ScheduleResolution(value) for key, value in values.items() if value}

    @property
    def resolution_fields(self) -> list[forms.BoundField]:
        """The fields for the resolutions of pending schedules."""
        return [self[name] for name in self.fields if name.startswith("answer-")]

    def require_resolutions(self, pending: Sequence[Edition]) -> None:
        """For each of these editions, add an error that asks for its resolution."""
        for edition in pending:
            name = f"answer-{edition.pk}"
            self.add_error(name if name in self.fields else None, "Choose what happens to this scheduled edition.")


def create_note_field(label: str, help_text: str) -> forms.CharField:
    """Return a field for one or two sentences (at most 2,000 characters) that readers see with the edition."""
    return forms.CharField(
        label=label,
        required=False,  # ChangeNoteForm.clean() requires it if necessary
        max_length=2_000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=help_text,
    )


class ChangeNoteForm(ScheduleResolutionForm):
    """Form for the input that publishing a work requires; fields that do not apply are removed."""

    kind = forms.ChoiceField(
        label="Kind of change",
        widget=forms.RadioSelect,
        initial=Change.UPDATE,
        error_messages={"required": "Choose the kind of change."},
    )
    note = create_note_field("Note for readers", "One sentence. It stays on the page with its date.")
    correction = forms.ChoiceField(label="Which change is the correction?", required=False, widget=forms.RadioSelect)
    was_wrong = create_note_field("What was wrong", "What the page said.")
    is_right = create_note_field("What is right", "What it says now.")

    def __init__(self, *args: Any, preflight: Preflight, overridable: Findings, **kwargs: Any) -> None:
        super().__init__(*args, pending_schedules=preflight.pending_pages, **kwargs)
        self.preflight = preflight
        self.overridable = overridable
        # If the work has only pending schedules, an edition that goes live after one of them is a change for readers.
        is_first = preflight.page is None and not self.pending_schedules
        if is_first or preflight.is_withdrawn:
            for name in ("kind", "correction", "was_wrong", "is_right"):
                del self.fields[name]
            if is_first:
                del self.fields["note"]
        else:
            may_be_minor = preflight.measured_change is not None and preflight.measured_change.is_minor
            kinds = {kind: text for kind, text in CHANGE_KINDS.items() if may_be_minor or kind != Change.MINOR}
            self.fields["kind"].choices = explain_choices(kinds)  # type: ignore[attr-defined]  # a field with choices
            is_minor = may_be_minor and not self.initial.get("note")
            self.initial.setdefault("kind", Change.MINOR if is_minor else Change.UPDATE)
            self._propose_correction()
        for finding in overridable:
            # The name contains the mark and not the place, so that a finding that appears in the meantime does not get
            # a reason meant for another finding.
            self.fields[f"override-{finding.mark}"] = forms.CharField(
                label=finding.message,
                required=False,
                max_length=2_000,
                widget=forms.TextInput({"dir": "auto"}),
                help_text="Reason for publishing anyway",
            )

    def _propose_correction(self) -> None:
        """Fill in the words of a correction from the changed sentences, a reported sentence first."""
        proposals = self.preflight.proposed_corrections
        if reported := self.initial.get("was_wrong", ""):
            found = [each for each in proposals if reported in each.was_wrong or each.was_wrong in reported]
            first = found or [ProposedCorrection(reported, self.initial.get("is_right", ""), "Reader report")]
            proposals = [*first, *(each for each in proposals if each not in found)]
        self.proposals = proposals
        if len(proposals) > 1:
            self.initial["correction"] = "0"
            self.fields["correction"].choices = [  # type: ignore[attr-defined]  # a field with choices
                (str(index), format_html(PROPOSAL, each.was_wrong, each.is_right, each.label))
                for index, each in enumerate(proposals)
            ]
        else:
            del self.fields["correction"]
        if proposals:
            self.initial.update(was_wrong=proposals[0].was_wrong, is_right=proposals[0].is_right)
            origin = SUGGESTED if proposals[0] in self.preflight.proposed_corrections else REPORTED
            self.fields["was_wrong"].help_text = origin
            self.fields["is_right"].help_text = origin if proposals[0].is_right else REMOVED

    def clean(self) -> dict[str, Any]:
        """Require the notes that the chosen kind of change needs, and drop the others."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind", "")
        if kind == Change.CORRECTION:
            self._use_chosen_proposal(cleaned)
            for name, message in (
                ("was_wrong", "Say what was wrong. Readers see both versions."),
                ("is_right", "Say what is right. Readers see both versions."),
            ):
                if not cleaned.get(name):
                    self.add_error(name, message)
        else:
            cleaned |= {"was_wrong": "", "is_right": ""}  # a suggestion that was not used
            if self._needs_note() and kind != Change.MINOR and not cleaned.get("note"):
                self.add_error("note", "Tell readers in a sentence what has changed.")
        return cleaned

    def _use_chosen_proposal(self, cleaned: dict[str, Any]) -> None:
        """Without JavaScript, the fields still hold the first suggestion when another change was chosen."""
        words = [(each.was_wrong, each.is_right) for each in self.proposals]
        typed = cleaned.get("was_wrong", ""), cleaned.get("is_right", "")
        if cleaned.get("correction") and typed in words:
            cleaned["was_wrong"], cleaned["is_right"] = words[int(cleaned["correction"])]
            if cleaned.get("reply") and typed[1]:
                cleaned["reply"] = cleaned["reply"].replace(typed[1], cleaned["is_right"])

    def _needs_note(self) -> bool:
        """Return whether readers will certainly see a change."""
        # If readers already see exactly this document, or if there are only pending schedules, the publishing code
        # decides.
        return self.preflight.page is not None and (
            self.preflight.is_withdrawn or self.preflight.measured_change is not None
        )

    def change_note(self) -> ChangeNote:
        cleaned = self.cleaned_data
        return ChangeNote(
            Change(cleaned.get("kind") or Change.UPDATE),
            cleaned.get("note", ""),
            cleaned.get("was_wrong", ""),
            cleaned.get("is_right", ""),
        )

    def overrides(self) -> Mapping[str, str]:
        """Return the reasons for overriding blockers, keyed by the key of the finding."""
        reasons = [(finding.key, self.cleaned_data[f"override-{finding.mark}"]) for finding in self.overridable]
        return {key: reason for key, reason in reasons if reason}

    @property
    def override_fields(self) -> list[forms.BoundField]:
        """The fields for the reasons to override blockers."""
        return [self[name] for name in self.fields if name.startswith("override-")]

    def add_blockers(self, findings: Findings, *, listed: bool = False) -> None:
        """Add an error for each blocker: to the field that resolves or overrides it, otherwise to the whole form.

        If ``listed`` is true, the screen lists the blockers, so the form does not repeat those that have no field.
        """
        for finding in findings:
            field = {"change": "kind"}.get(finding.anchor, finding.anchor)
            if finding.code.startswith("change.") and field in self.fields:
                self.add_error(field, finding.message)
            elif (name := f"override-{finding.mark}") in self.fields:
                self.add_error(name, "Fix this first, or give a reason.")
            elif not listed:
                self.add_error(None, finding.message)


def explain_choices(choices: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return choices for a field, each with its explanation after its label."""
    return [
        (choice.value, format_html('{} <span class="choice-hint">{}</span>', choice.label, explanation))
        for choice, explanation in choices.items()
    ]


def get_initial_from_report(reports: Sequence[Report], key: str, before: AnyDocument | None) -> dict[str, object]:
    """Return initial values for a correction from the report with this key, or an empty dictionary if there is none.

    If the reported sentence is found in ``before``, the document that readers saw, it is quoted from there.
    """
    report = next((each for each in reports if str(each.pk) == key), None)
    if report is None:
        return {}
    quotation = find_quoted_text(report.sentence, before)
    return {
        "kind": Change.CORRECTION,
        "was_wrong": quotation.words if quotation else report.sentence,
        "is_right": report.problem,
        "reports": [key],
    }


def create_reply_field() -> forms.CharField:
    """Return the field for a reply to the readers who reported an error."""
    return forms.CharField(
        label="Reply to the reader",
        required=False,
        max_length=MAX_REPLY_LENGTH,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text="Sent once, on the day of the correction, with a link to it. Leave empty to send nothing.",
    )


class PublishForm(PublishTimeForm, ChangeNoteForm):
    """Form for publishing a work, with questions to publish with it and reader reports that a correction settles."""

    questions = forms.MultipleChoiceField(
        label="Publish with these questions", required=False, widget=forms.CheckboxSelectMultiple
    )

    reports = forms.MultipleChoiceField(
        label="Reader reports this resolves", required=False, widget=forms.CheckboxSelectMultiple
    )

    reply = create_reply_field()

    def __init__(
        self, *args: Any, questions: Sequence[FAQ], reports: Sequence[Report], at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reports_by_key = {str(report.pk): report for report in reports}
        self.fields["reports"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (key, Truncator(report.problem).words(20)) for key, report in self.reports_by_key.items()
        ]
        if not reports or "kind" not in self.fields:
            del self.fields["reports"]
        answerable = [each for each in reports if can_be_answered(each, at=at)] if "reports" in self.fields else []
        self.cannot_reply = bool(answerable) and not settings.EMAIL_CONFIGURED
        if answerable and settings.EMAIL_CONFIGURED:
            right = str(self.initial.get("is_right") or "")
            self.initial["reply"] = suggest_reply(answerable[0], at=at, correction=right)
        else:
            del self.fields["reply"]
        self.questions_by_key = {str(faq.pk): faq for faq in questions}
        self.fields["questions"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (key, str(faq)) for key, faq in self.questions_by_key.items()
        ]
        if not questions:
            del self.fields["questions"]

    def clean(self) -> dict[str, Any]:
        """Add an error if reader reports are chosen with any change other than a correction."""
        cleaned = super().clean()
        # Only a correction tells readers what was wrong.
        if cleaned.get("reports") and cleaned.get("kind") not in {"", Change.CORRECTION}:
            self.add_error(
                "reports", "Reports can only be resolved by a correction. Choose “Correction”, or untick the report."
            )
        return cleaned

    def chosen_reports(self) -> list[Report]:
        """Return the reader reports that were ticked."""
        return [self.reports_by_key[key] for key in self.cleaned_data.get("reports", [])]

    def reply_text(self) -> str:
        """Return the reply to the readers of these reports, or an empty string."""
        return str(self.cleaned_data.get("reply", ""))
