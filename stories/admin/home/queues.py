"""The queues of the desk's home: which things are in each, with their age and the step to take."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.editing.saying import SHORT, said
from newsroom.jobs.models import Failure
from newsroom.site.reports.models import Report
from stories import naming
from stories.desk.standing import WAITING, lately_published, title_of, waiting_editions
from stories.models import Edition, EditionKind, State, Work

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: how long it has waited, what it is, and the step to take."""

    age: str
    thing: str
    detail: str
    step: str
    address: str


@dataclass(slots=True)
class Queue:
    """One queue of the home; ``empty`` is said where nothing is in it."""

    title: str
    empty: str
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more: str = ""


def failed_tasks(at: datetime) -> Queue:
    """Return the tasks that failed, the newest first."""
    failures = Failure.objects.newest_first()
    entries = [
        Entry(
            age(failure.last_at, at),
            failure.what,
            failure.error,
            "Decide" if failure.is_over else "Look",
            reverse("admin:jobs_failure_change", args=[failure.pk]),
        )
        for failure in failures[:SHOWN]
    ]
    count = failures.count()
    more = reverse("admin:jobs_failure_changelist") if count > SHOWN else ""
    return Queue("Failed tasks", "", entries, count, more)


def reports_in(at: datetime, *, may_decide: bool) -> Queue:
    """Return the open reports from readers, the newest first."""
    waiting = Report.objects.still_open().open_first()
    entries = [
        Entry(
            age(report.received_at, at),
            Truncator(str(report)).chars(120),
            Truncator(report.problem).words(20),
            "Decide" if may_decide else "Read",
            reverse("admin:site_report_change", args=[report.pk]),
        )
        for report in waiting[:SHOWN]
    ]
    return Queue(
        "Reports from readers", "No report waits.", entries, waiting.count(), reverse("admin:site_report_changelist")
    )


def reviews_in(title: str, empty: str, works: list[Any], user: User, at: datetime, step: str, state: State) -> Queue:
    """Return works that stand alike with their editors."""
    entries = [
        Entry(
            age(work.reviewed_at, at),
            title_of(work),
            _said_in_review(work, user),
            step,
            reverse(work.desk_view, args=[work.pk]),
        )
        for work in works[:SHOWN]
    ]
    listing = f"{reverse('admin:stories_story_changelist')}?review={state}"
    return Queue(title, empty, entries, len(works), listing if len(works) > SHOWN else "")


def _said_in_review(work: Work, user: User) -> str:
    """Say who took the last step and why, and for whom it waits."""
    what = f"Revision {work.reviewed_revision.number}" if work.reviewed_revision else "It"
    match work.state:
        case State.IN_REVIEW:
            said = f"{what} by {work.reviewed_by}, {'to you' if work.assigned_to == user else 'open to all who review'}"
        case State.RETURNED:
            said = f"{what}, by {work.reviewed_by}"
        case _:
            return f"{what}, by {work.reviewed_by}"
    return f"{said}. {Truncator(work.review_reason).words(20)}" if work.review_reason else said


def names_waiting() -> Queue:
    """Return the names on which somebody has to decide."""
    waiting = naming.waiting()
    address = reverse("admin:names")
    entries = [
        Entry(
            name.what,
            name.name,
            f"Proposed in {len(name.works)} work{'s' if len(name.works) != 1 else ''}",
            "Decide",
            address,
        )
        for name in waiting[:SHOWN]
    ]
    return Queue("Names waiting", "No name waits.", entries, len(waiting), address)


def works_in(
    title: str, empty: str, works: list[Any], at: datetime, step: str, *, more: str = "", show_owner: bool = True
) -> Queue:
    """Return works by the time of their newest revision."""
    entries = [
        Entry(
            age(work.saved_at, at),
            title_of(work),
            _detail(work, show_owner=show_owner),
            step,
            reverse(work.desk_view, args=[work.pk]),
        )
        for work in works[:SHOWN]
    ]
    # Of a list that was asked only as far as it is shown nobody knows how long it is.
    is_longer = bool(more) and len(works) > SHOWN
    return Queue(title, empty, entries, 0 if is_longer else len(works), more if is_longer else "")


def _detail(work: Any, *, show_owner: bool) -> str:
    what = "Story" if work.kind == "story" else "Question"
    number = f", revision {work.saved_number}" if work.saved_number else ""
    owner = f", of {work.owner}" if show_owner and work.owner else ""
    return f"{what}{number}{owner}"


def waiting_for_their_time(at: datetime) -> Queue:
    """Return what is scheduled, the next first."""
    editions = waiting_editions(at=at, limit=SHOWN + 1)
    entries = [
        Entry(
            said(edition.live_from, SHORT),
            edition.title,
            _said_of_schedule(edition),
            "Open",
            reverse(edition.work.desk_view, args=[edition.work_id]),
        )
        for edition in editions[:SHOWN]
    ]
    more = f"{reverse('admin:stories_story_changelist')}?standing={WAITING}" if len(editions) > SHOWN else ""
    return Queue("Waiting for their time", "Nothing is scheduled.", entries, 0 if more else len(editions), more)


def _said_of_schedule(edition: Edition) -> str:
    """Say what happens then, and with what it goes out."""
    if edition.kind == EditionKind.NOTICE or edition.revision is None:
        return "The page ends"
    together = f", with the bundle “{edition.bundle}”" if edition.bundle else ""
    return f"Revision {edition.revision.number} goes live{together}"


def lately(at: datetime) -> Queue:
    """Return what went out last."""
    editions = lately_published(at=at, limit=SHOWN)
    entries = [
        Entry(
            age(edition.live_from, at),
            edition.title,
            f"Edition {edition.label}" + (f", by {edition.published_by}" if edition.published_by else ""),
            "Read",
            edition.get_absolute_url(),
        )
        for edition in editions
    ]
    return Queue("Lately published", "Nothing was published yet.", entries, len(entries))


def age(since: datetime | None, at: datetime) -> str:
    """Return how long ago ``since`` was at ``at``, as people say it."""
    if since is None:
        return "new"
    minutes = int((at - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = (timezone.localdate(at) - timezone.localdate(since)).days
    return "yesterday" if days == 1 else f"{days} days"
