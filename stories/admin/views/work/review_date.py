"""The review date of a work: the fields on its form, and the form on the review screen."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.template.defaultfilters import date as format_date

from newsroom.accounts.permissions import signed_in_user
from newsroom.http import clock
from stories.admin.drafts.form_state import FORM_STATE
from stories.models import Work, WorkKind
from stories.publishing import review_dates
from stories.publishing.errors import RefusedError
from stories.publishing.renew_answers import find_first_expiry

FIELDS = ("review_by", "is_checked")
# Fields that a merged form copies from the request, because no revision contains them.
MERGED_FIELDS = (*FIELDS, "initial-review_by")


def create_review_date_field() -> forms.DateField:
    return forms.DateField(
        label="Review by",
        required=False,
        show_hidden_initial=True,  # distinguishes a date set in the meantime from one that was entered here
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="The owner is reminded. After this date, readers see when the page was last checked.",
    )


class ReviewDateFields(forms.Form):
    """Fields for the review date, and for a fact check that was made today."""

    review_by = create_review_date_field()
    is_checked = forms.BooleanField(label="I’ve checked this against its sources", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["review_by"] = getattr(self.work, "review_by", None)

    @property
    def work(self) -> Any:
        """The work, annotated with its review dates."""
        return vars(self)["instance"]

    def clean(self) -> dict[str, Any]:
        """Validate the review date if it changed or if the page was checked.

        Add an error if ``review_dates.check_review_date`` rejects the date.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_checked") or "review_by" in self.changed_data:
            owner = cleaned.get("owner", self.work.owner)
            if refusal := review_dates.check_review_date(owner, cleaned.get("review_by"), at=clock.now()):
                self.add_error("review_by", str(refusal))
        return cleaned


class FactCheckForm(ReviewDateFields):
    """Form on the review screen; submitting it records a fact check."""

    is_checked = None  # type: ignore[assignment]  # implied by submitting the form

    def __init__(self, *args: Any, instance: Work, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **kwargs)
        if self.work.kind == WorkKind.QUESTION and self.work.owner and not self.initial["review_by"]:
            self.initial["review_by"] = find_first_expiry(self.work, at=clock.now())

    def clean(self) -> dict[str, Any]:
        """Add an error if ``review_dates.check_review_date`` rejects the review date."""
        cleaned: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        if refusal := review_dates.check_review_date(self.work.owner, cleaned.get("review_by"), at=clock.now()):
            self.add_error("review_by", str(refusal))
        return cleaned


def remember_review_date(request: HttpRequest, form: Any) -> None:
    """Store a new review date or a fact check in the form state until the work is saved."""
    changed = "review_by" in form.changed_data
    if form.cleaned_data.get("is_checked") or changed:
        FORM_STATE.get(request).review_date = (
            bool(form.cleaned_data.get("is_checked")),
            form.cleaned_data.get("review_by"),
        )


def save_remembered_review_date(request: HttpRequest, work: Work) -> None:
    """Save the remembered review date after the work is saved, and report the result in a message."""
    state = FORM_STATE.get(request)
    if state.review_date is None:
        return
    is_checked, review_by = state.review_date
    state.review_date = None
    try:
        messages.success(request, save_review_date(work, review_by, is_checked=is_checked, request=request))
    except RefusedError as refusal:
        messages.error(request, f"The review date was not saved. {refusal}")


def save_review_date(work: Work, review_by: date | None, *, is_checked: bool, request: HttpRequest) -> str:
    """Save the review date, and a fact check if ``is_checked`` is true. Return a sentence that reports the result.

    Raise the exceptions of ``review_dates.mark_reviewed`` and ``review_dates.set_review_by``.
    """
    next_review = f"Review by {format_date(review_by, 'j F Y')}." if review_by else ""
    if is_checked:
        review_dates.mark_reviewed(work, by=signed_in_user(request), next_by=review_by)
        return f"Checked today. {next_review or 'No review date.'}"
    review_dates.set_review_by(work, review_by, by=signed_in_user(request))
    return next_review or "Review date removed."
