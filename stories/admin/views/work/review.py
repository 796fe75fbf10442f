"""The review screen: compare the newest text of a work with an earlier revision, then decide on the newest text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.html import linebreaks

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.desk.responses import focus_first_error
from newsroom.http.clock import request_time
from newsroom.http.converters import parse_number
from newsroom.text.markdown import render
from stories.admin.forms.review import MAX_REASON_LENGTH, SendForReviewForm
from stories.admin.views.work.base import WorkView
from stories.admin.views.work.comments import CommentsPanel, build_comments_panel
from stories.admin.views.work.review_date import FactCheckForm, save_review_date
from stories.documents import AnyDocument
from stories.documents.compare import Comparison, compare
from stories.documents.walk import list_texts
from stories.drafts import revisions
from stories.models import LastLook, Revision, State, Work
from stories.publishing import review
from stories.publishing.errors import RefusedError
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.review import get_last_public_number

# The participle that error messages use for each step, keyed by the value of its button.
STEPS = {"submit": "sent for review", "approve": "approved", "return": "returned", "take_back": "cancelled"}
VERBS = ("sent to review", "taken back", "approved", "returned")
MAX_EVENTS = 10


@dataclass(frozen=True, slots=True)
class ReviewPanel:
    """Data about the review of a work, for its form and for the review screen; ``newest`` is the newest revision."""

    state: State
    newest: Revision
    reviewed_revision: Revision | None
    last_step: str
    reason: str
    is_stale: bool
    public_revision_number: int
    events: list[tuple[Event, str]]
    reviewers: list[User]
    may_approve: bool
    may_decide: bool
    may_publish: bool
    may_take_back: bool
    may_send: bool
    missing_approval: str

    @property
    def send_form(self) -> SendForReviewForm:
        """The form for sending the page for review, in the dialog beside the form of the work."""
        return SendForReviewForm(reviewers=self.reviewers)

    @property
    def own_work_note(self) -> str:
        """The reason why a reviewer cannot approve the work, or an empty string."""
        is_own = self.state == State.IN_REVIEW and self.may_decide and not self.may_approve
        return "You wrote part of this, so someone else must approve it." if is_own else ""

    @property
    def stale_note(self) -> str:
        """A warning that the newest revision is not the one in review or approved, or an empty string."""
        if not self.is_stale or self.reviewed_revision is None:
            return ""
        if self.state == State.APPROVED:
            return (
                f"Revision {self.reviewed_revision.number} was approved. You are editing revision {self.newest.number}, "
                "which needs a new approval."
            )
        return (
            f"Revision {self.reviewed_revision.number} was sent for review, but revision {self.newest.number} is newer. "
            "Read it before you decide."
        )


def build_review_panel(work: Work, newest: Revision, *, user: User, at: datetime) -> ReviewPanel:
    """Return the review panel for this user.

    For a user who may decide on the review, ``public_revision_number`` is the number of the revision that readers saw
    last; otherwise it is 0.
    """
    state, reviewed = State(work.state), work.reviewed_revision
    is_current = reviewed is not None and review.is_review_of(work, newest)
    is_open = state == State.IN_REVIEW
    reviewers = review.list_reviewers(work, up_to=newest, at=at, sender=None if is_open else user)
    events = [(event, format_entry(event)) for event in Event.objects.about(work.uid).with_verb(*VERBS)[:MAX_EVENTS]]
    may_decide = state in {State.IN_REVIEW, State.APPROVED} and user.has_perm(review.REVIEW_PERMISSION)
    return ReviewPanel(
        state=state,
        newest=newest,
        reviewed_revision=reviewed,
        last_step=events[0][1] if events and state != State.DRAFT else "",
        reason=work.review_reason,
        is_stale=state in {State.IN_REVIEW, State.APPROVED} and not is_current,
        public_revision_number=get_last_public_number(work, at=at) if may_decide else 0,
        events=events,
        reviewers=[each for each in reviewers if each != user or settings.ALLOW_SELF_APPROVAL],
        may_approve=is_open and user in reviewers,
        may_decide=may_decide,
        may_publish=user.has_perm(PUBLISH_PERMISSION),
        may_take_back=is_open and (not may_decide or user in {work.reviewed_by, work.owner}),
        may_send=not (state in {State.IN_REVIEW, State.APPROVED} and is_current),
        missing_approval=review.describe_missing_approval(work, newest),
    )


def is_review_step(request: HttpRequest) -> bool:
    """Return whether the form was submitted with one of the review buttons."""
    return request.POST.get("_continue") in STEPS


def take_review_step(request: HttpRequest, work: Work, *, saved_message: str) -> None:
    """Carry out the chosen step of the review, and report the result in a message that begins with ``saved_message``.

    If the step is refused, the message repeats the typed text, so that it is not lost.
    """
    step = request.POST["_continue"]
    typed = request.POST.get("review_note" if step == "submit" else "review_reason", "")
    reason = typed.replace("\0", "").strip()[:MAX_REASON_LENGTH]  # PostgreSQL cannot store NUL
    try:
        report = _perform_step(request, work, step, reason)
    except (RefusedError, PermissionDenied) as refusal:
        quoted = f" You wrote: “{reason}”" if reason else ""
        messages.error(request, f"{saved_message} Not {STEPS[step]}. {refusal}{quoted}".strip())
    else:
        messages.success(request, f"{saved_message} {report}".strip())


def _perform_step(request: HttpRequest, work: Work, step: str, reason: str) -> str:
    by, newest = signed_in_user(request), revisions.get_newest_revision(work)
    number = newest.number if newest else 0
    seen_number = parse_number(request.POST.get("base_revision", ""), digits=9) or 0
    match step:
        case "submit":
            key, at = request.POST.get("review_to", ""), request_time(request)
            to = review.choose_reviewer(work, key, up_to=newest, at=at, sender=by) if newest else None
            review.send_for_review(work, by=by, to=to, revision_number=number, note=reason)
            return describe_sending(to)
        case "approve":
            review.approve(work, by=by, revision_number=seen_number)
            addition = "" if seen_number == number else f" Revision {number} only adds confirmations."
            return f"Revision {seen_number} is approved.{addition}"
        case "return":
            seen_state = get_seen_state(request.POST.get("review_state"))
            review.return_to_writer(work, by=by, reason=reason, revision_number=seen_number, seen_state=seen_state)
            return "Returned."
        case _:
            review.end_review(work, by=by)
            return "Review cancelled."


def get_seen_state(value: str | None) -> State:
    """Return the state in which the user saw a work that is to be returned."""
    return State.APPROVED if value == State.APPROVED else State.IN_REVIEW


def describe_sending(to: User | None) -> str:
    """Return the message for a page that was sent to ``to``, or to any reviewer, for review."""
    return f"Sent to {to} for review." if to else "Sent for review. Any reviewer can take it."


WHOLE_TEXT = "text"


@dataclass(frozen=True, slots=True)
class ComparisonBase:
    """A revision to compare the newest text with, such as the one that the user last read."""

    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class RenderedText:
    """One text of the document, rendered as HTML; ``key`` identifies the text."""

    key: str
    label: str
    body_html: str


class ReviewView(WorkView):
    """Show the newest text, whole or compared with a revision (``?since=``). On POST, carry out a review step."""

    template_name = "admin/stories/work/review_layout.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.show(FactCheckForm(instance=self.work))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        is_allowed = request.user.has_perm(review.REVIEW_PERMISSION) or self.may_change
        self.require(is_allowed and is_review_step(request))
        take_review_step(request, self.work, saved_message="")
        return redirect(self.address("review"))

    def show(self, form: FactCheckForm) -> HttpResponse:
        request, work, by, at = self.request, self.work, self.by, self.at
        newest = revisions.get_newest_revision(work)
        context: dict[str, Any] = {"newest": newest, "form": form, "title": f"Read: {work}"}
        if newest is not None:
            document = newest.document.value()
            panel = build_comments_panel(request, work, document, back=request.get_full_path())
            bases = list(_iter_comparison_bases(work, newest, by=by, at=at))
            base = _choose_base(bases, request.GET.get("since", ""))
            comparison = _compare_with_base(work, base, document)
            context |= {
                "comparison_bases": bases,
                "comparison_base": base,
                "comparison": comparison,
                "before_label": f"Revision {base.number}" if base else "",
                "after_label": f"Revision {newest.number}",
                "texts": list(_render_texts(document)) if comparison is None else [],
                "unplaced_threads": _list_threads_without_text(panel, document, comparison),
                "comments_panel": panel,
                "review": build_review_panel(work, newest, user=by, at=at),
                "last_read_revision": LastLook.objects.last_read_number(work, by=by),
            }
        return self.render(context)


class MarkReadView(WorkView):
    """Record that the user has read revision ``number``, at the request of a script or a button."""

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        number = parse_number(request.POST.get("number", ""), digits=9) or 0
        newest = revisions.get_newest_revision(self.work)
        if newest is None or not 0 < number <= newest.number:
            raise Http404
        LastLook.objects.record_reading(self.work, by=self.by, number=number, at=self.at)
        if not request.accepts("text/html"):
            return JsonResponse({"number": number})
        messages.success(request, f"Revision {number} marked as read.")
        return redirect(self.address("review"))


class FactCheckView(ReviewView):
    """Record that the user checked the page against its sources today, with the next review date."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(self.may_change)
        form = FactCheckForm(request.POST, instance=self.work)
        if form.is_valid():
            try:
                report = save_review_date(self.work, form.cleaned_data["review_by"], is_checked=True, request=request)
            except RefusedError as refusal:
                form.add_error("review_by", str(refusal))
            else:
                messages.success(request, report)
                return redirect(self.address("review"))
        return self.show(focus_first_error(form))


def _iter_comparison_bases(work: Work, newest: Revision, *, by: Any, at: datetime) -> Iterator[ComparisonBase]:
    """Yield the revisions that this user last read, that readers last saw, and that this user last reviewed.

    Leave out those that do not exist, and the one last read if it is the newest.
    """
    last_read = LastLook.objects.last_read_number(work, by=by)
    if last_read and last_read != newest.number:
        yield ComparisonBase("look", "Since your last visit", last_read)
    if public := get_last_public_number(work, at=at):
        yield ComparisonBase("live", "Since the live edition", public)
    if reviewed := review.get_last_reviewed_number(work, by=by):
        yield ComparisonBase("review", "Since your review", reviewed)


def _choose_base(bases: list[ComparisonBase], requested: str) -> ComparisonBase | None:
    """Return the base that ``requested`` names, by its code or by the number of any revision.

    By default, return the first of ``bases``. Return None for ``WHOLE_TEXT``, or if there is no base.
    """
    if requested == WHOLE_TEXT:
        return None
    base = next((each for each in bases if requested in {each.code, str(each.number)}), None)
    if base or not (number := parse_number(requested, digits=9)):
        return base or (bases[0] if bases else None)
    return ComparisonBase(str(number), f"Since revision {number}", number)


def _compare_with_base(work: Work, base: ComparisonBase | None, document: AnyDocument) -> Comparison | None:
    if base is None:
        return None
    earlier = revisions.get_revision(work, base.number)
    if earlier is None:
        raise Http404
    return compare(earlier.document.value(), document)


def _list_threads_without_text(panel: CommentsPanel, document: AnyDocument, comparison: Comparison | None) -> list[Any]:
    """Return the open threads that belong to no text on the screen."""
    keys = {place for part in comparison.parts for place in part.places} if comparison else {
        each.key for each in list_texts(document) if each.is_read
    }  # fmt: skip
    at_texts = {thread.first.pk for key in keys for thread in panel.comments.at(key)}
    return [thread for thread in panel.comments.open if thread.first.pk not in at_texts]


def _render_texts(document: AnyDocument) -> Iterator[RenderedText]:
    numbers = {cited.number: cited.number for cited in document.citations}
    for position, each in enumerate(list_texts(document), start=1):
        if each.is_read:
            html = render(each.text, numbers=numbers, anchor=f"text-{position}", headings=False, resolves_uids=False)
            yield RenderedText(
                each.key, each.label, html if each.is_markdown else linebreaks(each.text, autoescape=True)
            )
