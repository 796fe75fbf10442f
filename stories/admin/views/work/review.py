"""The review screen of a work: its newest text, compared with what the user knows, to approve, return or comment on."""

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
from stories.publishing.review import get_last_public_number

# The values of the buttons, with the words by which a refusal names the step.
STEPS = {"submit": "sent to review", "approve": "approved", "return": "returned", "take_back": "taken back"}
VERBS = ("sent to review", "taken back", "approved", "returned")
SHOWN = 10
LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class ReviewPanel:
    """What the form shows about the review of a work; ``newest`` is its newest revision."""

    state: State
    newest: Revision
    about: Revision | None
    step: str
    words: str
    is_stale: bool
    seen: int
    events: list[tuple[Event, str]]
    reviewers: list[User]
    may_approve: bool
    may_decide: bool
    may_take_back: bool
    may_send: bool
    keeps_back: str

    @property
    def sentence(self) -> str:
        """What a revision newer than the one under review or approved means, or an empty string."""
        if not self.is_stale or self.about is None:
            return ""
        if self.state == State.APPROVED:
            return f"Revision {self.about.number} was approved; you are editing {self.newest.number}: it needs approval again."
        return (
            f"Revision {self.about.number} was sent; this is revision {self.newest.number}. Read it before you decide."
        )


def build_review_panel(work: Work, newest: Revision, *, user: User, at: datetime) -> ReviewPanel:
    """Return what the form shows this user about the review.

    For a user who may decide, ``seen`` is the number of the revision that readers saw last; otherwise it is 0.
    """
    state, about = State(work.state), work.reviewed_revision
    holds = about is not None and review.is_review_of(work, newest)
    is_open = state == State.IN_REVIEW
    reviewers = review.list_reviewers(work, up_to=newest, at=at, sender=None if is_open else user)
    events = [(event, format_entry(event)) for event in Event.objects.about(work.uid).with_verb(*VERBS)[:SHOWN]]
    may_decide = state in {State.IN_REVIEW, State.APPROVED} and user.has_perm(review.REVIEW_PERMISSION)
    return ReviewPanel(
        state=state,
        newest=newest,
        about=about,
        step=events[0][1] if events and state != State.DRAFT else "",
        words=work.review_reason,
        is_stale=state in {State.IN_REVIEW, State.APPROVED} and not holds,
        seen=get_last_public_number(work, at=at) if may_decide else 0,
        events=events,
        reviewers=[each for each in reviewers if each != user or settings.ALLOW_SELF_APPROVAL],
        may_approve=is_open and user in reviewers,
        may_decide=may_decide,
        may_take_back=is_open and (not may_decide or user in {work.reviewed_by, work.owner}),
        may_send=not (state in {State.IN_REVIEW, State.APPROVED} and holds),
        keeps_back=review.describe_missing_approval(work, newest),
    )


def is_review_step(request: HttpRequest) -> bool:
    """Return whether the form was submitted by a button of the review."""
    return request.POST.get("_continue") in STEPS


def take_review_step(request: HttpRequest, work: Work, *, saved: str) -> None:
    """Take the chosen step of the review after the save, and show the result.

    If the step is refused, the message repeats the words that were typed, so that they are not lost.
    """
    step = request.POST["_continue"]
    sent = request.POST.get("review_note" if step == "submit" else "review_reason", "")
    words = sent.replace("\0", "").strip()[:LONGEST]  # PostgreSQL cannot store NUL
    try:
        done = _take(request, work, step, words, by=signed_in_user(request))
    except (RefusedError, PermissionDenied) as refusal:
        kept = f" You wrote: “{words}”" if words else ""
        messages.error(request, f"{saved} Not {STEPS[step]}. {refusal}{kept}".strip())
    else:
        messages.success(request, f"{saved} {done}".strip())


def _take(request: HttpRequest, work: Work, step: str, words: str, *, by: User) -> str:
    newest = revisions.get_newest_revision(work)
    number = newest.number if newest else 0
    seen = parse_number(request.POST.get("base_revision", ""), digits=9) or 0
    if step in {"approve", "return"} and newest and newest.created_by == by and not _was_read(newest, seen):
        raise review.OwnWorkError(f"What you changed is revision {number}: nobody has read that yet.")
    match step:
        case "submit":
            to = _reviewer(request.POST.get("review_to"), work, newest, by=by, at=request_time(request))
            review.send_for_review(work, by=by, to=to, revision_number=number, note=words)
            return f"Sent to review, to {to}." if to else "Sent to review, open to everybody who reviews."
        case "approve":
            review.approve(work, by=by, revision_number=seen)
            since = "" if seen == number else f" Revision {number} only confirms it."
            return f"Revision {seen} is approved.{since}"
        case "return":
            state = request.POST.get("review_state")
            seen_as = State.APPROVED if state == State.APPROVED else State.IN_REVIEW
            review.return_to_writer(work, by=by, reason=words, revision_number=seen, seen_as=seen_as)
            return "Returned, with your reason."
        case _:
            review.end_review(work, by=by)
            return "Taken back; nobody reviews it now."


def _was_read(newest: Revision, seen: int) -> bool:
    """Return whether ``newest`` only confirms what revision ``seen`` says, which the user read."""
    read = revisions.get_revision(newest.work, seen)
    return read is not None and review.only_confirms(newest, read)


def _reviewer(key: str | None, work: Work, newest: Revision | None, *, by: User, at: datetime) -> User | None:
    if not key or newest is None:
        return None
    reviewers = review.list_reviewers(work, up_to=newest, at=at, sender=by)
    offered = {str(each.pk): each for each in reviewers}
    if key not in offered:
        raise review.OwnWorkError("Choose who reviews it from the list: somebody who did not write it.")
    return offered[key]


WHOLE_TEXT = "text"


@dataclass(frozen=True, slots=True)
class ComparisonBase:
    """A revision to compare the newest text with: one that this user, or every reader, knows."""

    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text of the document as HTML to read; ``key`` is the key of the text."""

    key: str
    label: str
    body_html: str


class ReviewView(WorkView):
    """Show the newest text, whole or compared with a revision (``?since=``); on POST take a step of the review."""

    template_name = "admin/stories/work/review_layout.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.show(FactCheckForm(instance=self.work))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        may = request.user.has_perm(review.REVIEW_PERMISSION) or self.may_change
        self.require(may and is_review_step(request))
        take_review_step(request, self.work, saved="")
        return redirect(self.address("review"))

    def show(self, form: FactCheckForm) -> HttpResponse:
        request, work, by, at = self.request, self.work, self.by, self.at
        newest = revisions.get_newest_revision(work)
        context: dict[str, Any] = {"newest": newest, "form": form, "title": f"Read: {work}"}
        if newest is not None:
            document = newest.document.value()
            panel = build_comments_panel(request, work, document, back=request.get_full_path())
            sinces = list(_sinces(work, newest, by=by, at=at))
            chosen = _chosen(sinces, request.GET.get("since", ""))
            compared = _compared(work, chosen, document)
            context |= {
                "comparison_bases": sinces,
                "comparison_base": chosen,
                "comparison": compared,
                "before_label": f"Revision {chosen.number}" if chosen else "",
                "after_label": f"Revision {newest.number}",
                "texts": list(_texts(document)) if compared is None else [],
                "unplaced_threads": _apart(panel, document, compared),
                "comments_panel": panel,
                "review": build_review_panel(work, newest, user=by, at=at),
                "last_read_revision": LastLook.objects.number_of(work, by=by),
            }
        return self.render(context)


class MarkReadView(WorkView):
    """Record that the user has read revision ``number``; requested by a script or a button."""

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        number = parse_number(request.POST.get("number", ""), digits=9) or 0
        newest = revisions.get_newest_revision(self.work)
        if newest is None or not 0 < number <= newest.number:
            raise Http404
        LastLook.objects.note(self.work, by=self.by, number=number, at=self.at)
        if not request.accepts("text/html"):
            return JsonResponse({"number": number})
        messages.success(request, f"Noted: you have read revision {number}.")
        return redirect(self.address("review"))


class FactCheckView(ReviewView):
    """Record that the user checked the page against its sources today, with the next review date."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(self.may_change)
        form = FactCheckForm(request.POST, instance=self.work)
        if form.is_valid():
            try:
                words = save_review_date(self.work, form.cleaned_data["review_by"], is_checked=True, request=request)
            except RefusedError as refusal:
                form.add_error("review_by", str(refusal))
            else:
                messages.success(request, words)
                return redirect(self.address("review"))
        return self.show(focus_first_error(form))


def _sinces(work: Work, newest: Revision, *, by: Any, at: datetime) -> Iterator[ComparisonBase]:
    """Yield the revisions to compare with: read last by this user, seen last by readers, reviewed last by this user."""
    looked = LastLook.objects.number_of(work, by=by)
    if looked and looked != newest.number:
        yield ComparisonBase("look", "Since you last looked", looked)
    if public := get_last_public_number(work, at=at):
        yield ComparisonBase("live", "Since readers saw it", public)
    if reviewed := review.get_last_reviewed_number(work, by=by):
        yield ComparisonBase("review", "Since your review", reviewed)


def _chosen(sinces: list[ComparisonBase], asked: str) -> ComparisonBase | None:
    """Return the revision that ``asked`` names by code or number, None for ``NOTHING``, and the first by default."""
    if asked == WHOLE_TEXT:
        return None
    named = next((each for each in sinces if asked in {each.code, str(each.number)}), None)
    if named or not (number := parse_number(asked, digits=9)):
        return named or (sinces[0] if sinces else None)
    return ComparisonBase(str(number), f"Since revision {number}", number)


def _compared(work: Work, since: ComparisonBase | None, document: AnyDocument) -> Comparison | None:
    if since is None:
        return None
    earlier = revisions.get_revision(work, since.number)
    if earlier is None:
        raise Http404
    return compare(earlier.document.value(), document)


def _apart(panel: CommentsPanel, document: AnyDocument, compared: Comparison | None) -> list[Any]:
    """Return the open threads that belong to no text on the screen."""
    shown = {place for part in compared.parts for place in part.places} if compared else {
        each.key for each in list_texts(document) if each.is_read
    }  # fmt: skip
    at_texts = {thread.first.pk for key in shown for thread in panel.comments.at(key)}
    return [thread for thread in panel.comments.open if thread.first.pk not in at_texts]


def _texts(document: AnyDocument) -> Iterator[RenderedText]:
    numbers = {cited.number: cited.number for cited in document.citations}
    for place, each in enumerate(list_texts(document), start=1):
        if each.is_read:
            html = render(each.text, numbers=numbers, anchor=f"text-{place}", headings=False, things=False)
            yield RenderedText(
                each.key, each.label, html if each.is_markdown else linebreaks(each.text, autoescape=True)
            )
