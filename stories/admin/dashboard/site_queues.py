"""Queues of the home that hold no works: proposed names, reader reports, overrides, and failed background tasks."""

from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.background.models import Failure, WorkerLife
from newsroom.site.reader_reports.models import Report
from stories.admin.dashboard.queues import OVERDUE, SHOWN_ENTRIES, Entry, Queue, format_age, make_queue
from stories.models import Override
from stories.workflow import proposed_names


def proposed_names_queue() -> Queue:
    """Return the queue of proposed names that wait to be confirmed or rejected."""
    address = reverse("admin:names")
    entries = [
        Entry(
            name.what,
            name.name,
            f"Proposed in {len(name.works)} work{'s' if len(name.works) != 1 else ''}",
            "Decide",
            address,
        )
        for name in proposed_names.list_proposed_names()
    ]
    empty = "No name waits. New topics and outlets that a draft names come here."
    return make_queue("Names waiting", empty, entries, more=address)


def reader_reports_queue(at: datetime, *, may_decide: bool) -> Queue:
    """Return the queue of open reader reports, newest first."""
    waiting = Report.objects.still_open().open_first()
    address = reverse("admin:site_report_changelist")
    entries = [
        Entry(
            format_age(report.received_at, at),
            Truncator(str(report)).chars(120),
            Truncator(report.problem).words(20),
            "Decide" if may_decide else "Read",
            reverse("admin:site_report_change", args=[report.pk]),
        )
        for report in waiting[:SHOWN_ENTRIES]
    ]
    count = waiting.count() if len(entries) == SHOWN_ENTRIES else len(entries)
    more = address if count > SHOWN_ENTRIES else ""
    return Queue("From readers", "No report waits.", entries, count, more)


def overrides_queue(user: User, at: datetime) -> Queue:
    """Return the queue of overrides that no second person has reviewed, longest wait first."""
    waiting = Override.objects.waiting().for_home()
    entries = [
        Entry(
            format_age(override.at, at),
            override.edition.title,
            f"{override.message} Overridden by {override.by}: “{Truncator(override.reason).words(16)}”",
            "Read" if override.by == user else "Second look",
            reverse("admin:stories_override_change", args=[override.pk]),
        )
        for override in waiting[:SHOWN_ENTRIES]
    ]
    count = waiting.count() if len(entries) == SHOWN_ENTRIES else len(entries)
    more = f"{reverse('admin:stories_override_changelist')}?reviewed=no" if count > SHOWN_ENTRIES else ""
    return Queue("Overridden", "Nothing went out against a check without a second look.", entries, count, more)


def failed_tasks_queue(at: datetime) -> Queue:
    """Return the queue of failed background tasks, newest first, with the worker's last sign of life."""
    failures = Failure.objects.newest_first()
    entries = [
        Entry(
            format_age(failure.last_at, at),
            failure.what,
            failure.error,
            "Decide" if failure.is_over else "Look",
            reverse("admin:jobs_failure_change", args=[failure.pk]),
            OVERDUE if failure.is_over else "",
        )
        for failure in failures[:SHOWN_ENTRIES]
    ]
    count = failures.count() if len(entries) == SHOWN_ENTRIES else len(entries)
    more = reverse("admin:jobs_failure_changelist") if count > SHOWN_ENTRIES else ""
    sign = _sign_of_life(at)
    return Queue("Worker", f"Everything went through. {sign}", entries, count, more, sign if entries else "")


def _sign_of_life(at: datetime) -> str:
    life = WorkerLife.objects.newest()
    if life is None:
        return "No worker has run yet: start one with “manage.py worker”."
    if life.ended_at:
        return f"No worker runs; the last one ended {_ago(life.ended_at, at)}."
    return f"Last sign of life {_ago(life.seen_at, at)}."


def _ago(moment: datetime, at: datetime) -> str:
    seconds = max(0, int((at - moment).total_seconds()))
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''} ago"
    told = format_age(moment, at)
    return told if told == "yesterday" else f"{told} ago"
