"""Queues on the home page that do not list works: proposed names, reader reports, overrides and failed tasks."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.background.models import Failure, WorkerLife
from newsroom.site.reader_reports.models import Report
from stories.admin.dashboard.queues import MAX_ENTRIES, OVERDUE, Entry, Queue, QueueName, format_age, format_distance
from stories.models import Override
from stories.workflow import due_forecasts, proposed_names


def due_forecasts_queue(at: datetime, *, may_decide: bool) -> Queue:
    """Return the queue of forecasts whose day has come, earliest first."""
    counts, today = due_forecasts.count_due_forecasts(at=at), timezone.localdate(at)
    rows = due_forecasts.list_due_forecasts(until=today, at=at, limit=MAX_ENTRIES) if counts.due else []
    address = reverse("admin:due_forecasts")
    entries = [
        Entry(
            format_distance(each.forecast.due_on or today, at),
            f"{each.forecast.speaker}: {each.forecast.expected}",
            each.edition.title,
            "Decide" if may_decide else "Read",
            reverse("admin:decide_forecast", args=[each.edition.work_id, each.forecast.uid]),
            OVERDUE,
        )
        for each in rows
    ]
    note = f"{counts.soon} more in the next 30 days." if entries and counts.soon else ""
    return Queue(QueueName.DUE_FORECASTS, "Forecasts due", entries, counts.due, address, note)


def proposed_names_queue() -> Queue:
    """Return the queue of proposed names to confirm or reject."""
    address = reverse("admin:proposed_names")
    entries = [
        Entry(
            name.what,
            name.name,
            f"Proposed on {len(name.works)} page{'s' if len(name.works) != 1 else ''}",
            "Decide",
            address,
        )
        for name in proposed_names.list_proposed_names()
    ]
    return Queue(QueueName.PROPOSED_NAMES, "Proposed names", entries, more_address=address)


def reader_reports_queue(at: datetime, *, may_decide: bool) -> Queue:
    """Return the queue of open reader reports, newest first."""
    reports = Report.objects.open().open_first()
    address = reverse("admin:site_report_changelist")
    entries = [
        Entry(
            format_age(report.received_at, at),
            Truncator(str(report)).chars(120),
            Truncator(report.problem).words(20),
            "Decide" if may_decide else "Read",
            reverse("admin:site_report_change", args=[report.pk]),
        )
        for report in reports[:MAX_ENTRIES]
    ]
    total = reports.count() if len(entries) == MAX_ENTRIES else None
    return Queue(QueueName.READER_REPORTS, "Reader reports", entries, total, address)


def overrides_queue(user: User, at: datetime) -> Queue:
    """Return the queue of overrides that no second person has reviewed, oldest first."""
    overrides = Override.objects.unreviewed().oldest_with_editions()
    entries = [
        Entry(
            format_age(override.at, at),
            override.edition.title,
            f"{override.message} Overridden by {override.by}: “{Truncator(override.reason).words(16)}”",
            "Read" if override.by == user else "Second check",
            reverse("admin:stories_override_change", args=[override.pk]),
            page=reverse(override.edition.work.change_view_name, args=[override.edition.work_id]),
        )
        for override in overrides[:MAX_ENTRIES]
    ]
    total = overrides.count() if len(entries) == MAX_ENTRIES else None
    more = f"{reverse('admin:stories_override_changelist')}?reviewed=no"
    return Queue(QueueName.OVERRIDES, "Overrides", entries, total, more)


def failed_tasks_queue(at: datetime) -> Queue:
    """Return the queue of failed background tasks, newest first, with the state of the worker."""
    failures = Failure.objects.newest_first()
    entries = [
        Entry(
            format_age(failure.last_at, at),
            failure.task_name,
            failure.error,
            "Decide" if failure.is_final else "Open",
            reverse("admin:jobs_failure_change", args=[failure.pk]),
            OVERDUE if failure.is_final else "",
        )
        for failure in failures[:MAX_ENTRIES]
    ]
    total = failures.count() if len(entries) == MAX_ENTRIES else None
    more = reverse("admin:jobs_failure_changelist")
    note = _describe_worker(at) if entries else ""
    return Queue(QueueName.FAILED_TASKS, "Failed tasks", entries, total, more, note)


def _describe_worker(at: datetime) -> str:
    worker = WorkerLife.objects.newest()
    if worker is None:
        return "No worker has run yet. Start one with “manage.py worker”."
    if worker.ended_at:
        return f"No worker is running. The last one stopped {_format_ago(worker.ended_at, at)}."
    return f"Worker last seen {_format_ago(worker.seen_at, at)}."


def _format_ago(moment: datetime, at: datetime) -> str:
    seconds = max(0, int((at - moment).total_seconds()))
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''} ago"
    return format_age(moment, at)
