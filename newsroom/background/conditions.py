"""Conditions for alerts about workers, the queue, failed tasks, mail and the edge."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.tasks import Task

from newsroom.background.gauges import SINCE, count_waiting_mails, list_mail_paths
from newsroom.background.models import DEAD_AFTER, Failure, Job, WorkerLife
from newsroom.background.repeated_failures import find_repeated_failure
from newsroom.desk.local_time import format_time
from newsroom.notifications.mail import REFUSED_ADDRESS
from newsroom.operations.doctor.registry import Diagnosis, fault, register_condition, warning
from newsroom.page_cache.purge import purge

# The reply code of a mail server in the message of ``NotSentError``, and what some codes mean (RFC 4954, section 6).
_ANSWER = re.compile(r"answered (?P<code>\d{3})")
_MEANINGS = {"530": ["Authentication required"], "535": ["Authentication failed"]}
# The paths of the tasks that another condition reports if they are late.
_reported_elsewhere: set[str] = set()


def register() -> None:
    """Register the conditions."""
    register_condition("worker", find_missing_worker, part="worker", healthy="A worker is running.")
    register_condition("queue", find_slow_queue, part="queue", healthy="No task has been queued for long.")
    register_condition("task", find_failed_tasks, part="task", healthy="No failed task needs a decision.")
    register_condition("mail", find_refused_mail, part="mail", healthy="The mail server accepts e-mail.")
    register_condition("edge", find_stale_edge, part="edge", healthy="The edge is purged.")


def report_elsewhere(*tasks: Task[..., Any]) -> None:
    """Leave these tasks out of the condition ``queue``, because another condition reports them if they are late."""
    _reported_elsewhere.update(task.module_path for task in tasks)


def is_worker_missing(at: datetime) -> bool:
    """Return whether no worker has written a heartbeat for ``DEAD_AFTER``. A restart takes less time than that."""
    newest = WorkerLife.objects.newest()
    return newest is None or at - newest.seen_at > DEAD_AFTER


def find_missing_worker(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if no worker is running."""
    if not is_worker_missing(at):
        return
    newest = WorkerLife.objects.newest()
    since = f" since {format_time(newest.seen_at, at=at)}" if newest else ""
    yield fault(
        f"No worker has run{since}. Mail, announcements and pictures are not being processed.",
        "Start newsroom-worker@1.",
    )


def find_slow_queue(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if a task has been waiting for too long although a worker is running.

    Tasks that another condition reports do not count.
    """
    late = Job.objects.overdue(at).exclude(task_path__in=_reported_elsewhere).order_by()
    since = late.aggregate(since=Min(SINCE))["since"]
    if since is not None and not is_worker_missing(at):
        yield warning(f"The oldest task has been queued for {_format_wait(at - since)}.", "Start another worker.")


def find_failed_tasks(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if tasks have failed and are not retried automatically."""
    count = Failure.objects.final().count()
    newest = Failure.objects.final().newest_first().first() if count else None
    if newest is None:
        return
    name, tries = newest.task_name.lower(), f"{newest.tries} attempt{'' if newest.tries == 1 else 's'}"
    sentence = (
        f"1 task failed after {tries}: {name}."
        if count == 1
        else f"{count} tasks failed; the last of them after {tries}: {name}."
    )
    yield warning(sentence, "Decide at the desk, under Failed tasks.")


def find_refused_mail(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if at least two attempts in a row to send mail have failed.

    Attempts that failed because the address was refused do not count.
    """
    failure = find_repeated_failure(list_mail_paths(), except_for=REFUSED_ADDRESS)
    if failure is None:
        return
    count = count_waiting_mails()
    waiting = f"{count} message{' waits' if count == 1 else 's wait'}."
    if answer := _ANSWER.search(failure.error):
        reason = " ".join([answer["code"], *_MEANINGS.get(answer["code"], [])])
        yield fault(f"The mail server refuses our mail: {reason}. {waiting}")
    else:
        yield fault(f"The mail server does not answer: {failure.reason.rpartition(': ')[2]}. {waiting}")


def find_stale_edge(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if at least two attempts in a row to purge the edge have failed."""
    failure = find_repeated_failure([purge.module_path]) if settings.PURGE_URL else None
    if failure:
        since = format_time(failure.first_at, at=at)
        yield fault(f"The edge was not purged since {since}.", f"It failed with: {failure.reason}.")


def _format_wait(wait: timedelta) -> str:
    minutes = max(int(wait.total_seconds() // 60), 1)
    if minutes < 120:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes // 60} hours"
