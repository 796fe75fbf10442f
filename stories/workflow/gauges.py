"""Gauges of publishing: schedules, pings that have not been sent, review dates, and triggers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone

from newsroom.background.models import Job
from newsroom.db.statements import PreparedCount, PreparedQuery
from newsroom.http import clock
from newsroom.operations import metrics
from stories.editions.review_date import Freshness
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.tasks import announce_to_engines, announce_to_hub

_ANNOUNCEMENTS = (announce_to_hub, announce_to_engines)
_MAX_TASKS = 1_000  # maximum number of tasks whose editions are read
_IS_OPEN = Q(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]) | Q(
    status=TaskResultStatus.FAILED, failure__isnull=False
)
_OPEN_TASKS = PreparedQuery(
    lambda paths: (
        Job.objects.not_held().filter(_IS_OPEN, task_path__in=paths).order_by().values_list("args_kwargs")[:_MAX_TASKS]
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
        help="Live editions of which the hub or search engines have not been notified.",
    )
    metrics.register(
        "newsroom_editions_due_untold_seconds",
        read_longest_untold,
        help="Seconds since the first of these editions was live.",
    )


def read_next_schedule() -> float | None:
    """Return the seconds until the next scheduled edition goes live, or None if there is none."""
    now = clock.now()
    return next(((live_from - now).total_seconds() for (live_from,) in _NEXT_SCHEDULE(at=now)), None)


def count_overdue_reviews() -> int:
    """Return the number of works whose review date is before today."""
    return _DUE_REVIEWS(day=timezone.localdate(clock.now()) - timedelta(days=1))


def read_longest_untold() -> float:
    """Return the seconds since the first edition with an unsent ping went live, or 0 if there is none."""
    since = _read_untold().values()
    return max((clock.now() - min(since)).total_seconds(), 0.0) if since else 0.0


@metrics.read_once
def _read_untold() -> dict[int, datetime]:
    """Return the primary keys of editions in force with an unsent ping, each with the time when the edition began."""
    return find_untold([task.module_path for task in _ANNOUNCEMENTS], clock.now())


def find_untold(paths: Sequence[str], at: datetime) -> dict[int, datetime]:
    """Return the primary keys of the editions in force for which a task with one of these paths has not succeeded.

    Each key maps to the time when the edition began.
    """
    # Each ping is a task that is due when the edition goes live. A failure is listed until somebody decides on it.
    keys = {arguments["args"][0] for (arguments,) in _OPEN_TASKS(paths=paths)}
    if not keys:
        return {}
    live = Edition.objects.in_force(at).filter(pk__in=keys)
    return dict(live.values_list("pk", "live_from"))
