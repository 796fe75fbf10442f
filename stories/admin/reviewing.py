"""The review of a work on its form: how it stands, what this person may do next, and doing it once all is saved."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from newsroom.accounts.models import User
from newsroom.accounts.permissions import person
from newsroom.audit.models import Event
from newsroom.audit.sentences import sentence_for
from newsroom.http.clock import moment_of
from newsroom.http.converters import number_in
from stories.drafts import revisions
from stories.models import Revision, State, Work
from stories.publishing import RefusedError, review
from stories.publishing.review import revision_seen

# What the buttons of the form send, with what was not done where it is refused.
STEPS = {"submit": "sent to review", "approve": "approved", "return": "returned", "take_back": "taken back"}
VERBS = ("sent to review", "taken back", "approved", "returned")
SHOWN = 10
LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Review:
    """What the form shows of the review of a work whose newest revision is ``newest``."""

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
        """Say what an edit after the decision means for it."""
        if not self.is_stale or self.about is None:
            return ""
        if self.state == State.APPROVED:
            return f"Revision {self.about.number} was approved; you are editing {self.newest.number}: it needs approval again."
        return (
            f"Revision {self.about.number} was sent; this is revision {self.newest.number}. Read it before you decide."
        )


def review_of(work: Work, newest: Revision, *, user: User, at: datetime) -> Review:
    """Return what the form shows this person; ``seen`` is, for those who decide, the number of the revision that readers saw last."""
    state, about = State(work.state), work.reviewed_revision
    holds = about is not None and review.is_about(work, newest)
    is_open = state == State.IN_REVIEW
    reviewers = review.reviewers_of(work, up_to=newest, at=at, sender=None if is_open else user)
    events = [(event, sentence_for(event)) for event in Event.objects.about(work.uid).with_verb(*VERBS)[:SHOWN]]
    may_decide = state in {State.IN_REVIEW, State.APPROVED} and user.has_perm(review.RIGHT)
    return Review(
        state=state,
        newest=newest,
        about=about,
        step=events[0][1] if events and state != State.DRAFT else "",
        words=work.review_reason,
        is_stale=state in {State.IN_REVIEW, State.APPROVED} and not holds,
        seen=revision_seen(work, at=at) if may_decide else 0,
        events=events,
        reviewers=[each for each in reviewers if each != user or settings.APPROVE_OWN],
        may_approve=is_open and user in reviewers,
        may_decide=may_decide,
        may_take_back=is_open and (not may_decide or user in {work.reviewed_by, work.owner}),
        may_send=not (state in {State.IN_REVIEW, State.APPROVED} and holds),
        keeps_back=review.what_is_missing(work, newest),
    )


def is_step(request: HttpRequest) -> bool:
    """Say whether the form was sent by a button of the review."""
    return request.POST.get("_continue") in STEPS


def review_and_say(request: HttpRequest, work: Work, *, saved: str) -> None:
    """Take the step that was chosen, once all is saved, and say what came of it; words that were typed are never lost."""
    step = request.POST["_continue"]
    sent = request.POST.get("review_note" if step == "submit" else "review_reason", "")
    words = sent.replace("\0", "").strip()[:LONGEST]  # PostgreSQL keeps no such character
    try:
        done = _take(request, work, step, words, by=person(request))
    except (RefusedError, PermissionDenied) as refusal:
        kept = f" You wrote: “{words}”" if words else ""
        messages.error(request, f"{saved} Not {STEPS[step]}. {refusal}{kept}".strip())
    else:
        messages.success(request, f"{saved} {done}".strip())


def _take(request: HttpRequest, work: Work, step: str, words: str, *, by: User) -> str:
    newest = revisions.newest_of(work)
    number = newest.number if newest else 0
    seen = number_in(request.POST.get("base_revision", ""), digits=9) or 0
    if step in {"approve", "return"} and newest and newest.created_by == by and not _was_read(newest, seen):
        raise review.OwnWorkError(f"What you changed is revision {number}: nobody has read that yet.")
    match step:
        case "submit":
            to = _reviewer(request.POST.get("review_to"), work, newest, by=by, at=moment_of(request))
            review.submit(work, by=by, to=to, revision_number=number, note=words)
            return f"Sent to review, to {to}." if to else "Sent to review, open to everybody who reviews."
        case "approve":
            review.approve(work, by=by, revision_number=seen)
            since = "" if seen == number else f" Revision {number} only confirms it."
            return f"Revision {seen} is approved.{since}"
        case "return":
            state = request.POST.get("review_state")
            seen_as = State.APPROVED if state == State.APPROVED else State.IN_REVIEW
            review.return_(work, by=by, reason=words, revision_number=seen, seen_as=seen_as)
            return "Returned, with your reason."
        case _:
            review.take_back(work, by=by)
            return "Taken back; nobody reviews it now."


def _was_read(newest: Revision, seen: int) -> bool:
    """Return whether the person who read revision ``seen`` only confirmed it with ``newest``."""
    read = revisions.numbered(newest.work, seen)
    return read is not None and review.only_confirms(newest, read)


def _reviewer(key: str | None, work: Work, newest: Revision | None, *, by: User, at: datetime) -> User | None:
    if not key or newest is None:
        return None
    reviewers = review.reviewers_of(work, up_to=newest, at=at, sender=by)
    offered = {str(each.pk): each for each in reviewers}
    if key not in offered:
        raise review.OwnWorkError("Choose who reviews it from the list: somebody who did not write it.")
    return offered[key]
