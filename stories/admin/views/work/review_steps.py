"""Screens for one step of a review: send a page to a reviewer, or return it to its writer with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.desk.views import DeskFormView
from stories.admin.views.work.base import WorkView
from stories.admin.views.work.review import MAX_REASON_LENGTH, build_review_panel, get_seen_state
from stories.drafts import revisions
from stories.models import Revision
from stories.publishing import review
from stories.publishing.review import NoReasonError, OwnWorkError


class SendForReviewForm(forms.Form):
    """Form for the reviewer and for a note to the reviewer; ``seen`` is the number of the revision that is sent."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reviewer = forms.ChoiceField(label="Reviewer", required=False)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="Optional. The reviewer sees it above the form.",
    )


class ReturnForm(forms.Form):
    """Form for the reason for which a page is returned; ``seen`` and ``state`` are what the user saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": str(NoReasonError())},
    )


class ReviewStepView(DeskFormView, WorkView):
    """Base class for the screens of a step; ``heading`` names it, and ``button`` carries it out."""

    template_name = "admin/stories/work/review_step.html"
    heading: str
    button: str
    newest: Revision

    def prepare(self) -> None:
        """Raise Http404 if the work has no revision."""
        super().prepare()
        newest = revisions.get_newest_revision(self.work)
        if newest is None:
            raise Http404
        self.newest = newest

    def get_context(self) -> dict[str, Any]:
        step = {"heading": self.heading, "button": self.button, "newest": self.newest}
        return {**super().get_context(), **step, "title": f"{self.heading}: {self.work}"}


class SendForReviewView(ReviewStepView):
    """Ask for the reviewer and a note, then send the saved text for review."""

    heading = button = "Send for review"

    def prepare(self) -> None:
        super().prepare()
        self.require(self.may_change)

    def make_form(self, data: QueryDict | None) -> SendForReviewForm:
        form = SendForReviewForm(data, initial={"seen": self.newest.number})
        panel = build_review_panel(self.work, self.newest, user=self.by, at=self.at)
        form.fields["reviewer"].choices = [  # type: ignore[attr-defined]  # a field with choices
            ("", "Anyone"),
            *((str(each.pk), str(each)) for each in panel.reviewers),
        ]
        self.reviewers = {str(each.pk): each for each in panel.reviewers}
        return form

    def submit(self, form: SendForReviewForm) -> HttpResponse | None:
        to = self.reviewers.get(form.cleaned_data["reviewer"])
        try:
            review.send_for_review(
                self.work,
                by=self.by,
                to=to,
                revision_number=form.cleaned_data["seen"],
                note=form.cleaned_data["note"],
            )
        except OwnWorkError as refusal:
            form.add_error("reviewer", str(refusal))
            return None
        messages.success(
            self.request,
            f"Sent to {to} for review." if to else "Sent for review. Any reviewer can take it.",
        )
        return redirect(self.address("change"))


class ReturnView(ReviewStepView):
    """Ask for the reason, then return the page to its writer."""

    permission = review.REVIEW_PERMISSION
    heading = button = "Return"

    def make_form(self, data: QueryDict | None) -> ReturnForm:
        return ReturnForm(data, initial={"seen": self.newest.number, "state": self.work.state})

    def submit(self, form: ReturnForm) -> HttpResponse:
        review.return_to_writer(
            self.work,
            by=self.by,
            reason=form.cleaned_data["reason"],
            revision_number=form.cleaned_data["seen"],
            seen_state=get_seen_state(form.cleaned_data["state"]),
        )
        messages.success(self.request, "Returned.")
        return redirect(self.address("review"))
