"""Review dates: when a published page must be checked against its sources again, and when it was last checked.

Each change and each check gets an audit entry.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from stories.drafts import revisions
from stories.drafts.publication_status import get_title
from stories.drafts.queues import list_due_for_review
from stories.models import Freshness, Work
from stories.publishing import review
from stories.publishing.errors import InvalidStateError, RefusedError

LATEST = date(8999, 12, 31)
# The owner is reminded this long before the date. Editors are notified this long after it if the page was not checked.
REMIND_BEFORE = timedelta(days=2)
ESCALATE_AFTER = timedelta(days=3)


class NoOwnerError(RefusedError):
    """Raised when the work has no owner to remind of the review date."""


class InvalidReviewDateError(RefusedError):
    """Raised when the day is in the past or later than ``LATEST``."""


@invalidation()
def set_review_by(work: Work, review_by: date | None, *, by: User) -> None:
    """Set the day by which the owner must check the work again, or clear it with None.

    Do nothing if that day is already set. Raise NotAllowedError if the user may not edit the work. Raise
    InvalidStateError if the work is in the trash or was erased. Raise NoOwnerError if a day is to be set and
    the work has no owner. Raise InvalidReviewDateError if the day is in the past or later than ``LATEST``.
    """
    locked, freshness, now = _lock(work, by=by)
    if freshness.review_by == review_by:
        return
    _require_valid(locked, review_by, at=now)
    before = freshness.review_by
    _store(freshness, review_by)
    Event.objects.write(
        locked.kind, locked.uid, "next look set" if review_by else "next look cleared", by=by,
        before=_describe(before), after=_describe(review_by),
    )  # fmt: skip


@invalidation()
def mark_reviewed(work: Work, *, by: User, next_by: date | None) -> None:
    """Record that ``by`` checked the work against its sources today, and set or clear the next review date.

    Raise the same exceptions as ``set_review_by``.
    """
    locked, freshness, now = _lock(work, by=by)
    _require_valid(locked, next_by, at=now)
    freshness.checked_on = timezone.localdate(now)
    _store(freshness, next_by)
    Event.objects.write(locked.kind, locked.uid, "checked", by=by, after=_describe(next_by))


def send_reminders(at: datetime) -> int:
    """Remind owners of upcoming review dates, and notify editors of missed ones.

    Return the number of works about which notifications were sent. No notification is sent twice for the same review
    date. Works without a live page are skipped. If a work has no active owner, editors are notified instead.
    """
    today = timezone.localdate(at)
    due_by, missed_by = today + REMIND_BEFORE, today - ESCALATE_AFTER
    rows = [*Freshness.objects.to_remind(due_by), *Freshness.objects.to_escalate(missed_by)]
    if not rows:
        return 0
    works = {work.uid: work for work in list_due_for_review(until=due_by, at=at)}
    return sum(_notify_about(works[uid], at=at) for uid in dict.fromkeys(row.uid for row in rows) if uid in works)


@invalidation()
def _notify_about(work: Work, *, at: datetime) -> bool:
    """Send the due notifications about a work, and return whether there were any."""
    freshness = Freshness.objects.select_for_update().get(uid=work.uid)
    if freshness.review_by is None:
        return False
    today, day = timezone.localdate(at), format_date(freshness.review_by, "j F Y")
    owner = work.owner if work.owner in active_users() else None
    has_notified = False
    if owner and freshness.reminded_at is None and freshness.review_by <= today + REMIND_BEFORE:
        _notify([owner], NoticeKind.DUE, work, f"The fact check of “{get_title(work)}” is due by {day}.", at=at)
        freshness.reminded_at, has_notified = at, True
    is_missed = freshness.review_by <= today - ESCALATE_AFTER
    if freshness.escalated_at is None and (is_missed or owner is None):
        ownership = f"Owner: {owner}." if owner else "It has no active owner."
        words = f"The fact check of “{get_title(work)}” was due by {day}. {ownership}"
        _notify(list_editors(), NoticeKind.ESCALATION, work, words, at=at)
        freshness.escalated_at, has_notified = at, True
    freshness.save()
    return has_notified


def _notify(people: Iterable[User], kind: NoticeKind, work: Work, words: str, *, at: datetime) -> None:
    address = reverse(work.review_view_name, args=[work.pk])
    notify(people, kind, thing_kind=work.kind, thing_uid=work.uid, words=words, address=address, at=at)


def list_editors() -> Iterable[User]:
    """Return the active users who may review."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return active_users().filter(pk__in=User.objects.with_perm(review.REVIEW_PERMISSION, backend=backend))


def check_review_date(owner: User | None, review_by: date | None, *, at: datetime) -> RefusedError | None:
    """Return the error for a work with this owner and review date at ``at``, or None."""
    if review_by is None:
        return None
    if owner is None:
        return NoOwnerError("Choose an owner first. They are reminded on that day.")
    if review_by < timezone.localdate(at):
        return InvalidReviewDateError("That day is in the past. Choose today or a later day.")
    return InvalidReviewDateError(f"Choose a day before the year {LATEST.year + 1}.") if review_by > LATEST else None


def _lock(work: Work, *, by: User) -> tuple[Work, Freshness, datetime]:
    """Lock the work; return it with its review date and with the time, which is read after locking.

    Raise NotAllowedError if the user may not edit the work. Raise InvalidStateError if the work is in the trash or was
    erased.
    """
    require_permission(by, revisions.get_edit_permission(work), "You don’t have permission to set the review date.")
    locked = Work.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=work.pk).first()
    if locked is None or locked.binned_at:
        raise InvalidStateError("This page is in the bin, or has been erased.")
    freshness = Freshness.objects.filter(uid=locked.uid).first() or Freshness(uid=locked.uid)
    return locked, freshness, clock.now()


def _require_valid(work: Work, review_by: date | None, *, at: datetime) -> None:
    if refusal := check_review_date(work.owner, review_by, at=at):
        raise refusal


def _store(freshness: Freshness, review_by: date | None) -> None:
    """Store a new review date, for which no notification has been sent yet, and invalidate the page."""
    freshness.review_by = review_by
    freshness.reminded_at = freshness.escalated_at = None
    freshness.save()
    invalidate(page_key("story", freshness.uid), page_key("question", freshness.uid))


def _describe(day: date | None) -> dict[str, object]:
    """Return the values that describe the review date in an audit entry."""
    return {"review_by": format_date(day, "j F Y")} if day else {}
