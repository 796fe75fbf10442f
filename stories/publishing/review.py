"""Review: somebody else reads a revision before readers do, and approves it or returns it with a reason.

What a work keeps of it is its last step: ``state``, the revision it concerns (``reviewed_revision``), who took it and
when (``reviewed_by``, ``reviewed_at``), and the words that were said with it (``review_reason``). ``assigned_to`` is
whom the next step waits for: a reviewer while it is in review, whoever sent it once it is returned.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.accounts.models import User, people_at_work
from newsroom.accounts.permissions import require
from newsroom.audit.models import Event
from newsroom.audit.sentences import sentence_for
from newsroom.http import clock
from stories.documents.compare.confirmations import same_but_confirmations, same_but_decisions, with_articles_of
from stories.drafts import revisions
from stories.models import Edition, Revision, State, Work, WorkKind
from stories.publishing import notifications
from stories.publishing.errors import InvalidStateError, RefusedError

REVIEW_PERMISSION = "stories.review_work"
A_MOMENT = timedelta(minutes=15)
STEPS = ("sent to review", "taken back", "approved", "returned", "published", "scheduled", "carried over", "withdrawn")


class OvertakenError(RefusedError):
    """Somebody else acted first; the message says who did what, and when."""


class NoReasonError(RefusedError):
    """A return says why."""


class OwnWorkError(RefusedError):
    """Whoever wrote does not approve."""


class NotApprovedError(RefusedError):
    """The revision that would go out is not approved, and this newsroom asks for it."""


@transaction.atomic
def send_for_review(
    work: Work, *, by: User, to: User | None = None, revision_number: int | None = None, note: str = ""
) -> None:
    """Ask for a review of the newest revision: of ``to``, or of whoever reviews; ``note`` is for the reviewer.

    ``revision_number`` is the revision the person saw. Raises NotAllowedError without the right to edit,
    NotHereError for what lies in the bin or was never saved, OwnWorkError when ``to`` may not approve it,
    OvertakenError when somebody saved, sent or approved it meanwhile.
    """
    require(by, revisions.edit_right(work), "You may not send this to review.")
    locked, newest, now = _locked(work)
    _seen(newest, revision_number, now=now)
    if locked.state in {State.IN_REVIEW, State.APPROVED} and is_about(locked, newest):
        raise OvertakenError(last_step(locked, at=now))
    if to is not None and not may_approve(locked, to, up_to=newest, at=now, sender=by):
        raise OwnWorkError(f"{to} may not approve this: it takes a reviewer who did not write it.")
    _step(locked, State.IN_REVIEW, newest, by=by, at=now, words=note, waits_for=to)
    after = {"revision": newest.number} | ({"to": str(to)} if to else {})
    Event.objects.write(locked.kind, locked.uid, "sent to review", by=by, after=after, reason=note.strip())
    notifications.asked(locked, to=to, by=by, at=now)


@transaction.atomic
def take_back(work: Work, *, by: User) -> None:
    """Take a work out of review, to go on with it; nothing is lost.

    Raises NotAllowedError without the right to edit, OvertakenError when it is not in review any more.
    """
    require(by, revisions.edit_right(work), "You may not take this out of review.")
    locked, newest, now = _locked(work)
    if locked.state != State.IN_REVIEW:
        raise OvertakenError(last_step(locked, at=now))
    published([locked])
    Event.objects.write(locked.kind, locked.uid, "taken back", by=by, after={"revision": newest.number})


@transaction.atomic
def approve(work: Work, *, by: User, revision_number: int) -> None:
    """Approve the revision that the person read, which must be in review and say what the newest one says.

    Raises NotAllowedError without the right to review, OwnWorkError for somebody who wrote since readers saw it last
    (unless the setting ALLOW_SELF_APPROVAL allows it), OvertakenError when somebody saved or decided meanwhile.
    """
    require(by, REVIEW_PERMISSION, "Only editors approve.")
    locked, newest, now = _locked(work)
    if locked.state != State.IN_REVIEW:
        raise OvertakenError(last_step(locked, at=now))
    read = _seen(newest, revision_number, now=now)
    if not may_approve(locked, by, up_to=newest, at=now):
        raise OwnWorkError("You wrote part of this since readers saw it last: somebody else approves it.")
    _step(locked, State.APPROVED, read, by=by, at=now)
    Event.objects.write(locked.kind, locked.uid, "approved", by=by, after={"revision": read.number})
    notifications.approved(locked, to=_sender(locked), by=by, at=now)


@transaction.atomic
def return_to_writer(
    work: Work, *, by: User, reason: str, revision_number: int, seen_as: State = State.IN_REVIEW
) -> None:
    """Give a work in review, or one that was approved, back to whoever sent it, with the reason.

    ``revision_number`` and ``seen_as`` are the revision and the state that the person saw. Raises NotAllowedError
    without the right to review, NoReasonError without words, OvertakenError when somebody saved or decided meanwhile.
    """
    require(by, REVIEW_PERMISSION, "Only editors return a text.")
    if not reason.strip():
        raise NoReasonError("Say why it is returned; whoever wrote it reads it at the top of the form.")
    locked, newest, now = _locked(work)
    if locked.state != seen_as or seen_as not in {State.IN_REVIEW, State.APPROVED}:
        raise OvertakenError(last_step(locked, at=now))
    read = _seen(newest, revision_number, now=now)
    sender = _sender(locked)
    _step(locked, State.RETURNED, read, by=by, at=now, words=reason, waits_for=sender)
    Event.objects.write(
        locked.kind, locked.uid, "returned", by=by, after={"revision": read.number}, reason=reason.strip()
    )
    notifications.returned(locked, to=sender, by=by, at=now)


def published(works: Iterable[Work]) -> None:
    """Begin anew once what was reviewed has gone out, or is taken back; the works must be locked. One query at most."""
    if begun := [work.pk for work in works if work.state != State.DRAFT or work.reviewed_at or work.assigned_to_id]:
        Work.objects.filter(pk__in=begun).update(
            state=State.DRAFT, reviewed_revision=None, reviewed_by=None, reviewed_at=None, review_reason="", assigned_to=None
        )  # fmt: skip


def is_approved(work: Work, revision: Revision) -> bool:
    """Return whether what ``revision`` says is approved: itself, or a revision that it only confirms."""
    return work.state == State.APPROVED and is_about(work, revision)


def is_about(work: Work, revision: Revision) -> bool:
    """Return whether the last step of the review concerns what this revision says, but for names and confirmations."""
    return work.reviewed_revision is not None and only_confirms(revision, work.reviewed_revision)


def only_confirms(revision: Revision, earlier: Revision) -> bool:
    """Return whether ``revision`` says what ``earlier`` says, but for shared names and what was confirmed."""
    if earlier == revision or earlier.document_id == revision.document_id:
        return True
    return same_but_confirmations(earlier.document.value(), revision.document.value())


def require_approved(work: Work, revision: Revision) -> None:
    """Let pass what is approved, and all where REQUIRE_APPROVAL is off; raise NotApprovedError otherwise."""
    if missing := what_is_missing(work, revision):
        which = f"The question “{work.faq}”: " if work.kind == WorkKind.QUESTION else ""
        raise NotApprovedError(f"{which}{missing}")


def what_is_missing(work: Work, revision: Revision) -> str:
    """Return in a sentence which approval keeps the revision from going out; nothing where none does."""
    if not settings.REQUIRE_APPROVAL or is_approved(work, revision):
        return ""
    if work.state == State.APPROVED and work.reviewed_revision:
        return (
            f"Revision {work.reviewed_revision.number} was approved; revision {revision.number} needs approval again."
        )
    if work.state == State.IN_REVIEW:
        return f"Revision {revision.number} goes out once somebody has approved it; it is in review."
    return "Nothing goes out here before somebody else has approved it. Send it to review."


def carry_approval(work: Work, old_revision: Revision, new_revision: Revision) -> None:
    """Let a review that counts for ``old_revision`` count for one that only confirms it; ``work`` is locked."""
    if is_about(work, old_revision) and only_confirms(new_revision, old_revision):
        work.reviewed_revision = new_revision
        work.save(update_fields=["reviewed_revision"])


def may_approve(work: Work, user: User, *, up_to: Revision, at: datetime, sender: User | None = None) -> bool:
    """Return whether ``user`` reviews and did not write what readers had not seen at ``at``, up to this revision.

    ``sender`` is somebody who sends it to review now.
    """
    is_reviewer = user.is_active and user.has_perm(REVIEW_PERMISSION)
    if not is_reviewer or settings.ALLOW_SELF_APPROVAL:
        return is_reviewer
    return user.pk not in writers(work, up_to=up_to, at=at, sender=sender)


def reviewers_of(work: Work, *, up_to: Revision, at: datetime, sender: User | None = None) -> list[User]:
    """Return everybody who may approve this revision, in the order in which people look for each other."""
    wrote = set() if settings.ALLOW_SELF_APPROVAL else writers(work, up_to=up_to, at=at, sender=sender)
    backend = "django.contrib.auth.backends.ModelBackend"
    return list(
        people_at_work().filter(pk__in=User.objects.with_perm(REVIEW_PERMISSION, backend=backend)).exclude(pk__in=wrote)
    )


def last_reviewed(work: Work, *, by: User) -> int:
    """Return the number of the revision that ``by`` approved or returned last, 0 for none."""
    decided = Event.objects.about(work.uid).with_verb("approved", "returned").filter(by=by).first()
    number = decided.after.get("revision") if decided else 0
    return number if isinstance(number, int) else 0


def last_step(work: Work, *, at: datetime) -> str:
    """Return in a sentence who took the last step of the review and when, as told at ``at``."""
    event = Event.objects.about(work.uid).with_verb(*STEPS).first()
    return f"{sentence_for(event)} {_when(event.at, at=at)}." if event else "It was not sent to review yet."


def _locked(work: Work) -> tuple[Work, Revision, datetime]:
    """Return the work, locked, with its newest revision and the time read after the lock."""
    locked = Work.objects.select_for_update().get(pk=work.pk)
    now = clock.now()
    if locked.binned_at:
        raise InvalidStateError("This lies in the bin. Take it out first.")
    newest = revisions.newest_revision(locked)
    if newest is None:
        raise InvalidStateError("Nothing was saved yet.")
    return locked, newest, now


def _sender(work: Work) -> User | None:
    """Return who sent the work to review last."""
    sent = Event.objects.about(work.uid).with_verb("sent to review").select_related("by").first()
    return sent.by if sent else None


def _seen(newest: Revision, number: int | None, *, now: datetime) -> Revision:
    """Return the revision that was read, the newest where ``number`` is None; raise OvertakenError if others wrote since."""
    if number is None:
        return newest
    read = newest if number == newest.number else revisions.revision_number(newest.work, number)
    if read is not None and only_confirms(newest, read):
        return read
    who = newest.created_by or "An import"
    when = _when(newest.created_at, at=now)
    raise OvertakenError(f"{who} saved revision {newest.number} {when}; you were reading revision {number}.")


def _step(
    work: Work,
    state: State,
    revision: Revision,
    *,
    by: User,
    at: datetime,
    words: str = "",
    waits_for: User | None = None,
) -> None:
    work.state = state
    work.reviewed_revision = revision
    work.reviewed_by = by
    work.reviewed_at = at
    work.review_reason = words.strip()
    work.assigned_to = waits_for
    work.save(
        update_fields=["state", "reviewed_revision", "reviewed_by", "reviewed_at", "review_reason", "assigned_to"]
    )


def _when(then: datetime, *, at: datetime) -> str:
    return "a moment ago" if at - then < A_MOMENT else date(timezone.localtime(then), r"\o\n j F Y \a\t H:i")


def revision_seen(work: Work, *, at: datetime) -> int:
    """Return the number of the revision that readers saw last until ``at``; 0 where they saw none."""
    public = Edition.objects.filter(work=work, revision__of_desk=True).once_public(at)
    newest = public.select_related("revision").order_by("-live_from", "-pk").first()
    return newest.revision.number if newest and newest.revision else 0


def writers(work: Work, *, up_to: Revision, at: datetime, sender: User | None = None) -> set[int]:
    """Return the keys of those who made a revision after that of the newest edition public until ``at``, up to this one.

    Whoever only confirmed wrote nothing, nor did a revision with new names of the same things, or one that never lay on
    the desk. Whoever decided on names, or corrected what is said of an article, wrote unless somebody else has sent that
    to review since: the last one who did, or ``sender``, who does it now.
    """
    seen = revision_seen(work, at=at)
    desk = Revision.objects.of_the_desk().filter(work=work).select_related("document").order_by("-number")
    made = desk.filter(number__gt=seen, number__lte=up_to.number).exclude(created_by=None)
    found: set[int] = set()
    for key, number in made.values_list("created_by", "number"):
        if key in found:
            continue
        revision, *earlier = desk.filter(number__lte=number)[:2]
        if earlier:
            before, after = earlier[0].document.value(), revision.document.value()
            if same_but_confirmations(before, after):
                continue
            is_decision = same_but_decisions(with_articles_of(before, after), after)
            if is_decision and _was_sent_by_another(work, number, key, sender):
                continue
        found.add(key)
    return found


def _was_sent_by_another(work: Work, number: int, key: int, sender: User | None) -> bool:
    if sender is not None:
        return sender.pk != key
    sent = Event.objects.about(work.uid).with_verb("sent to review").first()
    revision = sent.after.get("revision") if sent else 0
    return sent is not None and sent.by_id != key and isinstance(revision, int) and revision >= number


def ask_everybody(user: User, by: User, at: datetime) -> None:
    """Let what waits for a review by ``user`` wait for whoever reviews."""
    Work.objects.filter(assigned_to=user, state=State.IN_REVIEW).update(assigned_to=None)
