"""Screens for one step of a review: send a page to a reviewer, or return it to its writer with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.desk.views import DeskFormView
from stories.admin.forms.review import ReturnForm, SendRevisionForm
from stories.admin.views.work.base import WorkView
from stories.admin.views.work.review import build_review_panel, describe_sending, get_seen_state
from stories.drafts import revisions
from stories.models import Revision
from stories.publishing import review
from stories.publishing.review import OwnWorkError


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

    def make_form(self, data: QueryDict | None) -> SendRevisionForm:
        panel = build_review_panel(self.work, self.newest, user=self.by, at=self.at)
        return SendRevisionForm(data, initial={"seen": self.newest.number}, reviewers=panel.reviewers)

    def submit(self, form: SendRevisionForm) -> HttpResponse | None:
        number, note = form.cleaned_data["seen"], form.cleaned_data["review_note"]
        try:
            review.send_for_review(self.work, by=self.by, to=form.reviewer, revision_number=number, note=note)
        except OwnWorkError as refusal:
            form.add_error("review_to", str(refusal))
            return None
        messages.success(self.request, describe_sending(form.reviewer))
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
