"""Review dates: the day by which a published page is checked again with its sources, and the day of its last check."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.template.defaultfilters import date as written
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
# The owner is reminded this long before the day; editors are notified this long after it if the page was not checked.
REMINDED_BEFORE = timedelta(days=2)
ESCALATED_AFTER = timedelta(days=3)


class NoOwnerError(RefusedError):
    """A review date needs an owner to remind, and the work has none."""


class InvalidReviewDateError(RefusedError):
    """The day is past, or later than ``LATEST``."""


@invalidation()
def set_review_by(work: Work, review_by: date | None, *, by: User) -> None:
    """Set the day by which the owner checks the work again, or clear it with None.

    Do nothing if that day is set already. Raise NotAllowedError without permission to edit, InvalidStateError if the
    work is in the trash or erased, NoOwnerError, and DayError.
    """
    locked, kept, now = _locked(work, by=by)
    if kept.review_by == review_by:
        return
    _ask_for(locked, review_by, at=now)
    before = kept.review_by
    _keep(kept, review_by)
    Event.objects.write(
        locked.kind, locked.uid, "next look set" if review_by else "next look cleared", by=by,
        before=_told(before), after=_told(review_by),
    )  # fmt: skip


@invalidation()
def mark_reviewed(work: Work, *, by: User, next_by: date | None) -> None:
    """Record that ``by`` checked the work today with its sources, and set the next review date, or none with None.

    Raise as ``set_review_by`` does.
    """
    locked, kept, now = _locked(work, by=by)
    _ask_for(locked, next_by, at=now)
    kept.checked_on = timezone.localdate(now)
    _keep(kept, next_by)
    Event.objects.write(locked.kind, locked.uid, "checked", by=by, after=_told(next_by))


def send_reminders(at: datetime) -> int:
    """Remind owners of upcoming review dates, and notify editors of missed ones.

    Return the number of works with notifications. Each date is announced once, however often this is called. Works
    without a live page are skipped. If a work has no owner, or one who is no longer active, editors are notified
    instead.
    """
    today = timezone.localdate(at)
    soon, late = today + REMINDED_BEFORE, today - ESCALATED_AFTER
    kept = [*Freshness.objects.to_remind(soon), *Freshness.objects.to_escalate(late)]
    if not kept:
        return 0
    works = {work.uid: work for work in list_due_for_review(until=soon, at=at)}
    return sum(_tell(works[uid], at=at) for uid in dict.fromkeys(each.uid for each in kept) if uid in works)


@invalidation()
def _tell(work: Work, *, at: datetime) -> bool:
    kept = Freshness.objects.select_for_update().get(uid=work.uid)
    if kept.review_by is None:
        return False
    today, day = timezone.localdate(at), written(kept.review_by, "j F Y")
    owner = work.owner if work.owner in active_users() else None
    told = False
    if owner and kept.reminded_at is None and kept.review_by <= today + REMINDED_BEFORE:
        _notice([owner], NoticeKind.DUE, work, f"“{get_title(work)}” has to be looked at by {day}.", at=at)
        kept.reminded_at, told = at, True
    is_late = kept.review_by <= today - ESCALATED_AFTER
    if kept.escalated_at is None and (is_late or owner is None):
        whose = f"It belongs to {owner}." if owner else "It belongs to nobody who works here."
        words = f"Nobody has looked at “{get_title(work)}”, which was to be looked at by {day}. {whose}"
        _notice(_editors(), NoticeKind.ESCALATION, work, words, at=at)
        kept.escalated_at, told = at, True
    kept.save()
    return told


def _notice(people: Iterable[User], kind: NoticeKind, work: Work, words: str, *, at: datetime) -> None:
    address = reverse(work.review_view_name, args=[work.pk])
    notify(people, kind, thing_kind=work.kind, thing_uid=work.uid, words=words, address=address, at=at)


def _editors() -> Iterable[User]:
    backend = "django.contrib.auth.backends.ModelBackend"
    return active_users().filter(pk__in=User.objects.with_perm(review.REVIEW_PERMISSION, backend=backend))


def check_review_date(owner: User | None, review_by: date | None, *, at: datetime) -> RefusedError | None:
    """Return the error that ``owner`` and ``review_by`` would cause at ``at``, or None."""
    if review_by is None:
        return None
    if owner is None:
        return NoOwnerError("Say whose it is first: the owner is reminded on that day.")
    if review_by < timezone.localdate(at):
        return InvalidReviewDateError("That day is past. Choose one to come.")
    return InvalidReviewDateError(f"Choose a day before the year {LATEST.year + 1}.") if review_by > LATEST else None


def _locked(work: Work, *, by: User) -> tuple[Work, Freshness, datetime]:
    require_permission(by, revisions.get_edit_permission(work), "You may not say when somebody looks at this again.")
    locked = Work.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=work.pk).first()
    if locked is None or locked.binned_at:
        raise InvalidStateError("This lies in the bin, or was erased meanwhile.")
    kept = Freshness.objects.filter(uid=locked.uid).first() or Freshness(uid=locked.uid)
    return locked, kept, clock.now()


def _ask_for(work: Work, review_by: date | None, *, at: datetime) -> None:
    if refusal := check_review_date(work.owner, review_by, at=at):
        raise refusal


def _keep(kept: Freshness, review_by: date | None) -> None:
    kept.review_by = review_by
    kept.reminded_at = kept.escalated_at = None
    kept.save()
    invalidate(page_key("story", kept.uid), page_key("question", kept.uid))


def _told(day: date | None) -> dict[str, object]:
    return {"review_by": written(day, "j F Y")} if day else {}
