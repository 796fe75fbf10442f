"""Gauges of publishing: schedules, editions of which nobody has been notified, review dates, and triggers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone

from newsroom.background.models import Job
from newsroom.db.statements import PreparedCount, PreparedQuery
from newsroom.http import clock
from newsroom.operations import metrics
from newsroom.page_cache.cdn_headers import cdn_tag
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.purge import purge
from stories.editions.review_date import Freshness
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.tasks import announce_to_engines, announce_to_hub

_NOTIFICATIONS = (announce_to_hub, announce_to_engines, purge)
# An edition is live from the beginning of the transaction that publishes it, and its purge is enqueued at the end.
_TRANSACTION_TIME = timedelta(minutes=1)
_MAX_TASKS = 1_000  # maximum number of tasks whose editions are read
_IS_OPEN = Q(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]) | Q(
    status=TaskResultStatus.FAILED, failure__isnull=False
)
_OPEN_TASKS = PreparedQuery(
    lambda paths: (
        Job.objects.not_held()
        .filter(_IS_OPEN, task_path__in=paths)
        .order_by()
        .values_list("task_path", "args_kwargs", "enqueued_at")[:_MAX_TASKS]
    )
)

_NEXT_SCHEDULE = PreparedQuery(lambda at: Edition.objects.pending(at).values_list("live_from")[:1])
_DUE_REVIEWS = PreparedCount(Freshness.objects.due)


def register() -> None:
    """Register the gauges."""
    metrics.register(
        "newsroom_triggers_missing",
        lambda: len(triggers.missing()),
        help="Rules that the database lacks.",
        interval=metrics.SLOW_INTERVAL,
    )
    metrics.register(
        "newsroom_schedules_next_seconds", read_next_schedule, help="Seconds until the next scheduled edition is live."
    )
    metrics.register("newsroom_reviews_overdue", count_overdue_reviews, help="Pages whose review date has passed.")
    metrics.register(
        "newsroom_editions_due_untold",
        lambda: len(_read_untold()),
        help="Live editions of which the hub, search engines or the edge have not been notified.",
    )
    metrics.register(
        "newsroom_editions_due_untold_seconds",
        read_longest_untold,
        help="Seconds since the first of these editions was live, or its purge was enqueued.",
    )


def read_next_schedule() -> float | None:
    """Return the seconds until the next scheduled edition goes live, or None if there is none."""
    now = clock.now()
    return next(((live_from - now).total_seconds() for (live_from,) in _NEXT_SCHEDULE(at=now)), None)


def count_overdue_reviews() -> int:
    """Return the number of works whose review date is before today."""
    return _DUE_REVIEWS(day=timezone.localdate(clock.now()) - timedelta(days=1))


def read_longest_untold() -> float:
    """Return the seconds for which the first untold edition has been untold, or 0 if there is none."""
    since = [each.since for each in _read_untold().values()]
    return max((clock.now() - min(since)).total_seconds(), 0.0) if since else 0.0


@metrics.read_once
def _read_untold() -> "dict[int, Untold]":
    """Return the editions in force of which the hub, search engines or the edge have not been notified."""
    return find_untold([task.module_path for task in _NOTIFICATIONS], clock.now())


@dataclass(frozen=True, slots=True)
class Untold:
    """An edition in force of which somebody has not been notified.

    ``live_from`` is the time when the edition began, and ``since`` the time since which a notification is due.
    """

    live_from: datetime
    since: datetime


def find_untold(paths: Sequence[str], at: datetime) -> dict[int, Untold]:
    """Return the editions in force for which a task with one of these paths has not succeeded, by primary key.

    The tasks are pings and purges. Purges do not count without ``PURGE_URL``.
    """
    # Each ping is a task that is due when the edition goes live. A failure is listed until somebody decides on it.
    pinged: set[int] = set()
    purges: dict[str, datetime] = {}  # the time when the first waiting purge was enqueued, for each of its tags
    for path, arguments, enqueued_at in _OPEN_TASKS(paths=paths):
        if path != purge.module_path:
            pinged.add(arguments["args"][0])
        elif settings.PURGE_URL and not arguments["kwargs"].get("is_last"):
            for tag in arguments["args"][0]:
                purges[tag] = min(enqueued_at, purges.get(tag, enqueued_at))
    found = _find_unpurged(purges, at) if purges else {}
    if pinged:
        live = Edition.objects.in_force(at).filter(pk__in=pinged).values_list("pk", "live_from")
        found |= {key: Untold(live_from, live_from) for key, live_from in live}
    return found


def _find_unpurged(purges: Mapping[str, datetime], at: datetime) -> dict[int, Untold]:
    """Return the editions in force whose publication a waiting purge announces to the edge, by primary key."""
    # A purge of the page of an older edition announces another change, such as that of its review date. A purge of the
    # whole edge is not about an edition.
    recent = Edition.objects.in_force(at).filter(live_from__gte=min(purges.values()) - _TRANSACTION_TIME)
    found = {}
    for key, live_from, kind, uid in recent.values_list("pk", "live_from", "work_kind", "uid"):
        enqueued_at = purges.get(cdn_tag(page_key(kind, uid)))
        if enqueued_at and live_from >= enqueued_at - _TRANSACTION_TIME:
            found[key] = Untold(live_from, max(live_from, enqueued_at))
    return found
