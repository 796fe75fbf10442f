"""Review: another user reads a revision before it is published, and approves it or returns it with a reason.

A work stores the last step of its review: ``state``, the revision (``reviewed_revision``), the user and the time
(``reviewed_by``, ``reviewed_at``), and the user's note or reason (``review_reason``). ``assigned_to`` is the user who
takes the next step: the reviewer while the work is in review, and the sender once it is returned.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.http import clock
from stories.documents import AnyDocument, title_of
from stories.documents.compare.confirmations import (
    copy_article_details,
    equal_except_confirmations,
    equal_except_decisions,
)
from stories.documents.dated_answers import without_days
from stories.drafts import revisions
from stories.models import IN_TRASH, Edition, Revision, State, Work, WorkKind
from stories.publishing import notifications
from stories.publishing.errors import InvalidStateError, RefusedError

REVIEW_PERMISSION = "stories.review_work"
_RECENT = timedelta(minutes=15)
STEPS = ("sent to review", "taken back", "approved", "returned", "published", "scheduled", "carried over", "withdrawn")


class OvertakenError(RefusedError):
    """Raised when another user, or the same user in another window, acted first.

    The message says who did what, and when.
    """


class NoReasonError(RefusedError):
    """Raised when a work is returned without a reason."""

    def __init__(self) -> None:
        super().__init__("Give a reason. The writer sees it above the form.")


class OwnWorkError(RefusedError):
    """Raised when the approval has to come from a user who did not write the text."""


class NotApprovedError(RefusedError):
    """Raised when a revision would be published without approval although settings.REQUIRE_APPROVAL is on."""


@transaction.atomic
def send_for_review(
    work: Work, *, by: User, to: User | None = None, revision_number: int | None = None, note: str = ""
) -> None:
    """Ask ``to``, or any reviewer, to review the newest revision; ``note`` is for the reviewer.

    Notify ``to``, if given. ``revision_number`` is the number of the revision that the user saw. Raise NotAllowedError
    if the user may not edit the work. Raise InvalidStateError if the work is in the trash or has no revision. Raise
    OwnWorkError if ``to`` may not approve it. Raise OvertakenError if the text has been changed, sent for review or
    approved in the meantime.
    """
    require_permission(
        by, revisions.get_edit_permission(work), "You don’t have permission to send this page for review."
    )
    locked, newest, now = _lock(work)
    _get_read_revision(newest, revision_number, now=now)
    if locked.state in {State.IN_REVIEW, State.APPROVED} and is_review_of(locked, newest):
        raise OvertakenError(describe_last_step(locked, at=now))
    if to is not None and not may_approve(locked, to, up_to=newest, at=now, sender=by):
        raise OwnWorkError(f"{to} wrote part of this. Choose another reviewer.")
    _save_step(locked, State.IN_REVIEW, newest, by=by, at=now, reason=note, assigned_to=to)
    after = {"revision": newest.number} | ({"to": str(to)} if to else {})
    Event.objects.write(locked.kind, locked.uid, "sent to review", by=by, after=after, reason=note.strip())
    notifications.notify_review_requested(locked, to=to, by=by, at=now)


@transaction.atomic
def end_review(work: Work, *, by: User) -> None:
    """Cancel the review of a work.

    Raise NotAllowedError if the user may not edit the work. Raise InvalidStateError if it is in the trash or has no
    revision. Raise OvertakenError if it is not in review.
    """
    require_permission(by, revisions.get_edit_permission(work), "You don’t have permission to cancel this review.")
    locked, newest, now = _lock(work)
    if locked.state != State.IN_REVIEW:
        raise OvertakenError(describe_last_step(locked, at=now))
    reset_reviews([locked])
    Event.objects.write(locked.kind, locked.uid, "taken back", by=by, after={"revision": newest.number})


@transaction.atomic
def approve(work: Work, *, by: User, revision_number: int) -> None:
    """Approve the revision that the user read.

    The work must be in review, and its newest revision must have the same text. The approval confirms the headline or
    question of that revision, and makes no new revision. Notify the sender and the owner. Raise
    NotAllowedError if the user may not review. Raise InvalidStateError if the work is in the trash. Raise OwnWorkError
    if the user has written part of it since the last public revision, unless settings.ALLOW_SELF_APPROVAL is on, or
    saved a text that nobody else has read. Raise OvertakenError if the text has been changed, or if the work has been
    approved, returned or taken out of review in the meantime.
    """
    approved = _approve(work, by=by, revision_number=revision_number)
    notifications.notify_approved(approved, to=_get_sender(approved), by=by, at=clock.now())


@transaction.atomic
def approve_to_publish(work: Work, *, by: User, revision_number: int | None, asked_by: Work | None = None) -> None:
    """Approve a revision as ``approve`` does, in the transaction that publishes it.

    Notify only the sender, because the owner is told of the publication. ``asked_by`` is the story that asks the
    question ``work`` and is published with it: the question need not be in review. If it is already approved, or needs
    no approval that this user may not give, do nothing.
    """
    if asked_by is not None:
        newest = revisions.get_newest_revision(work)
        if newest is None or is_approved(work, newest):
            return
        if not settings.REQUIRE_APPROVAL and not may_approve(work, by, up_to=newest, at=clock.now()):
            return
    approved = _approve(work, by=by, revision_number=revision_number, is_in_review=asked_by is None)
    sender = _get_sender(approved)
    if sender is not None and sender.pk != approved.owner_id:
        notifications.notify_approved(approved, to=sender, by=by, at=clock.now(), tells_owner=False)


def _approve(work: Work, *, by: User, revision_number: int | None, is_in_review: bool = True) -> Work:
    """Approve the revision that the user read, and return the locked work. Raise the errors of ``approve``."""
    require_permission(by, REVIEW_PERMISSION, "Only editors can approve this.")
    locked, newest, now = _lock(work)
    if is_in_review and locked.state != State.IN_REVIEW:
        raise OvertakenError(describe_last_step(locked, at=now))
    read = _get_read_revision(newest, revision_number, now=now, by=by)
    if not may_approve(locked, by, up_to=newest, at=now):
        what = "this" if is_in_review else f"the question “{locked.faq}”"
        raise OwnWorkError(f"You wrote part of {what}, so someone else must approve it.")
    _save_step(locked, State.APPROVED, read, by=by, at=now)
    Event.objects.write(locked.kind, locked.uid, "approved", by=by, after={"revision": read.number})
    return locked


@transaction.atomic
def return_to_writer(
    work: Work, *, by: User, reason: str, revision_number: int, seen_state: State = State.IN_REVIEW
) -> None:
    """Return a work, which must be in review or approved, to its sender with a reason.

    Notify the sender and the owner. ``revision_number`` and ``seen_state`` are the number of the revision and the state
    that the user saw. Raise NotAllowedError if the user may not review. Raise NoReasonError if the reason is empty.
    Raise InvalidStateError if the work is in the trash. Raise OwnWorkError if the user saved a text that nobody else
    has read. Raise OvertakenError if the text has been changed, or if the work has been approved, returned or taken out
    of review in the meantime.
    """
    require_permission(by, REVIEW_PERMISSION, "Only editors can return this.")
    if not reason.strip():
        raise NoReasonError
    locked, newest, now = _lock(work)
    if locked.state != seen_state or seen_state not in {State.IN_REVIEW, State.APPROVED}:
        raise OvertakenError(describe_last_step(locked, at=now))
    read = _get_read_revision(newest, revision_number, now=now, by=by)
    sender = _get_sender(locked)
    _save_step(locked, State.RETURNED, read, by=by, at=now, reason=reason, assigned_to=sender)
    Event.objects.write(
        locked.kind, locked.uid, "returned", by=by, after={"revision": read.number}, reason=reason.strip()
    )
    notifications.notify_returned(locked, to=sender, by=by, at=now)


def reset_reviews(works: Iterable[Work]) -> None:
    """Reset the review state of works to that of a work that was never sent for review. The works must be locked."""
    if reviewed := [work.pk for work in works if work.state != State.DRAFT or work.reviewed_at or work.assigned_to_id]:
        Work.objects.filter(pk__in=reviewed).update(
            state=State.DRAFT, reviewed_revision=None, reviewed_by=None, reviewed_at=None, review_reason="", assigned_to=None
        )  # fmt: skip


def is_approved(work: Work, revision: Revision) -> bool:
    """Return whether the text of ``revision`` is approved, in this revision or in one with the same text."""
    return work.state == State.APPROVED and is_review_of(work, revision)


def confirms_title(work: Work, document: AnyDocument) -> bool:
    """Return whether the approval of ``work`` confirms the headline or question of ``document``."""
    approved = work.reviewed_revision if work.state == State.APPROVED else None
    return approved is not None and title_of(approved.document.value()) == title_of(document)


def is_review_of(work: Work, revision: Revision) -> bool:
    """Return whether the last review step was about the text of ``revision``, compared by ``only_confirms``."""
    return work.reviewed_revision is not None and only_confirms(revision, work.reviewed_revision)


def only_confirms(revision: Revision, earlier: Revision) -> bool:
    """Return whether both revisions have the same text, apart from names of entities and confirmations."""
    if earlier == revision or earlier.document_id == revision.document_id:
        return True
    return equal_except_confirmations(earlier.document.value(), revision.document.value())


def require_approved(work: Work, revision: Revision) -> None:
    """Raise NotApprovedError if settings.REQUIRE_APPROVAL is on and the revision is not approved."""
    if missing := describe_missing_approval(work, revision):
        prefix = f"The question “{work.faq}”: " if work.kind == WorkKind.QUESTION else ""
        raise NotApprovedError(f"{prefix}{missing}")


def describe_missing_approval(work: Work, revision: Revision) -> str:
    """Return a sentence about the missing approval of the revision, or an empty string."""
    if not settings.REQUIRE_APPROVAL or is_approved(work, revision):
        return ""
    if work.state == State.APPROVED and work.reviewed_revision:
        return (
            f"Revision {work.reviewed_revision.number} was approved. Revision {revision.number} needs a new approval."
        )
    if work.state == State.IN_REVIEW:
        return f"Revision {revision.number} is in review. It can be published once someone has approved it."
    return "Pages need approval before publishing. Send it for review."


def carry_approval(work: Work, old_revision: Revision, new_revision: Revision) -> None:
    """Transfer a review from ``old_revision`` to ``new_revision`` if their text is the same.

    ``work`` must be locked.
    """
    if is_review_of(work, old_revision) and only_confirms(new_revision, old_revision):
        work.reviewed_revision = new_revision
        work.save(update_fields=["reviewed_revision"])


def may_approve(work: Work, user: User, *, up_to: Revision, at: datetime, sender: User | None = None) -> bool:
    """Return whether ``user`` is a reviewer who wrote none of the changes since the last public revision.

    Only changes up to and including ``up_to`` count. If settings.ALLOW_SELF_APPROVAL is on, every reviewer may approve.
    ``at`` and ``sender`` are as in ``find_writers``.
    """
    is_reviewer = user.is_active and user.has_perm(REVIEW_PERMISSION)
    if not is_reviewer or settings.ALLOW_SELF_APPROVAL:
        return is_reviewer
    return user.pk not in find_writers(work, up_to=up_to, at=at, sender=sender)


def list_reviewers(work: Work, *, up_to: Revision, at: datetime, sender: User | None = None) -> list[User]:
    """Return all users who may approve this revision, ordered by first name.

    ``at`` and ``sender`` are as in ``find_writers``.
    """
    writers = set() if settings.ALLOW_SELF_APPROVAL else find_writers(work, up_to=up_to, at=at, sender=sender)
    backend = "django.contrib.auth.backends.ModelBackend"
    return list(
        active_users().filter(pk__in=User.objects.with_perm(REVIEW_PERMISSION, backend=backend)).exclude(pk__in=writers)
    )


def choose_reviewer(work: Work, key: str, *, up_to: Revision, at: datetime, sender: User) -> User | None:
    """Return the user with the primary key ``key`` from ``list_reviewers``, or None if ``key`` is empty.

    Raise OwnWorkError if that user is not in the list.
    """
    reviewers = {str(user.pk): user for user in list_reviewers(work, up_to=up_to, at=at, sender=sender)} if key else {}
    if key and key not in reviewers:
        raise OwnWorkError("Choose a reviewer from the list who did not write this.")
    return reviewers.get(key)


def get_last_reviewed_number(work: Work, *, by: User) -> int:
    """Return the number of the revision that ``by`` last approved or returned, or 0."""
    decided = Event.objects.about(work.uid).with_verb("approved", "returned").filter(by=by).first()
    number = decided.after.get("revision") if decided else 0
    return number if isinstance(number, int) else 0


def describe_last_step(work: Work, *, at: datetime) -> str:
    """Return a sentence about the last step, with the user and the time (“a moment ago” if shortly before ``at``)."""
    event = Event.objects.about(work.uid).with_verb(*STEPS).first()
    if event is None:
        return "This page has not been sent for review."
    return f"{format_entry(event)} {_format_time(event.at, at=at)}."


def _lock(work: Work) -> tuple[Work, Revision, datetime]:
    """Lock the work; return it with its newest revision and with the time, which is read after locking.

    Raise InvalidStateError if the work is in the trash or has no revision, and WorkErasedError if it has been erased.
    """
    locked = Work.objects.lock_existing(work.pk)
    now = clock.now()
    if locked.binned_at:
        raise InvalidStateError(IN_TRASH)
    newest = revisions.get_newest_revision(locked)
    if newest is None:
        raise InvalidStateError("Not saved yet.")
    return locked, newest, now


def _get_sender(work: Work) -> User | None:
    """Return the user who last sent the work for review, or None."""
    entry = Event.objects.about(work.uid).with_verb("sent to review").select_related("by").first()
    return entry.by if entry else None


def _get_read_revision(newest: Revision, number: int | None, *, now: datetime, by: User | None = None) -> Revision:
    """Return the revision that the user read, or the newest one if ``number`` is None.

    Raise OvertakenError if the text has changed since, or OwnWorkError if it was ``by`` who changed it.
    """
    if number is None:
        return newest
    read = newest if number == newest.number else revisions.get_revision(newest.work, number)
    if read is not None and only_confirms(newest, read):
        return read
    if by is not None and newest.created_by_id == by.pk:
        raise OwnWorkError(
            f"You saved revision {newest.number}, and no one else has read it yet. Ask someone else to review it."
        )
    when = _format_time(newest.created_at, at=now)
    raise OvertakenError(
        f"{newest.saved_by} saved revision {newest.number} {when}, while you were reading revision {number}. Read it first."
    )


def _save_step(
    work: Work,
    state: State,
    revision: Revision,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    assigned_to: User | None = None,
) -> None:
    work.state = state
    work.reviewed_revision = revision
    work.reviewed_by = by
    work.reviewed_at = at
    work.review_reason = reason.strip()
    work.assigned_to = assigned_to
    work.save(
        update_fields=["state", "reviewed_revision", "reviewed_by", "reviewed_at", "review_reason", "assigned_to"]
    )


def _format_time(moment: datetime, *, at: datetime) -> str:
    return "a moment ago" if at - moment < _RECENT else date(timezone.localtime(moment), r"\o\n j F Y \a\t H:i")


def get_last_public_number(work: Work, *, at: datetime) -> int:
    """Return the number of the revision in the newest edition that was public by ``at``, or 0 if there is none.

    Editions of revisions that were never the draft do not count.
    """
    public = Edition.objects.filter(work=work, revision__of_desk=True).once_public(at)
    newest = public.select_related("revision").order_by("-live_from", "-pk").first()
    return newest.revision.number if newest and newest.revision else 0


def find_writers(work: Work, *, up_to: Revision, at: datetime, sender: User | None = None) -> set[int]:
    """Return the primary keys of the users who wrote part of the text after the last public revision, up to ``up_to``.

    The last public revision is determined by ``get_last_public_number``. Only revisions of the draft count, and only if
    they change more than names of entities, confirmations and the days of answers.

    Decisions on proposed names and corrections of article details also count as writing, unless another user has since
    sent the work for review. ``sender`` is the user who is sending it now, if any.
    """
    public_number = get_last_public_number(work, at=at)
    draft_revisions = Revision.objects.of_desk().filter(work=work).select_related("document").order_by("-number")
    unpublished = draft_revisions.filter(number__gt=public_number, number__lte=up_to.number).exclude(created_by=None)
    writers: set[int] = set()
    for key, number in unpublished.values_list("created_by", "number"):
        if key in writers:
            continue
        revision, *earlier = draft_revisions.filter(number__lte=number)[:2]
        if earlier:
            before, after = earlier[0].document.value(), revision.document.value()
            if equal_except_confirmations(without_days(before), without_days(after)):
                continue
            is_decision = equal_except_decisions(copy_article_details(before, after), after)
            if is_decision and _was_sent_by_another(work, number, key, sender):
                continue
        writers.add(key)
    return writers


def _was_sent_by_another(work: Work, number: int, key: int, sender: User | None) -> bool:
    if sender is not None:
        return sender.pk != key
    entry = Event.objects.about(work.uid).with_verb("sent to review").first()
    revision = entry.after.get("revision") if entry else 0
    return entry is not None and entry.by_id != key and isinstance(revision, int) and revision >= number


def unassign_reviews(user: User, by: User | None, at: datetime) -> None:
    """Remove ``user`` as the assigned reviewer of works in review, so that any reviewer can take over."""
    Work.objects.filter(assigned_to=user, state=State.IN_REVIEW).update(assigned_to=None)
