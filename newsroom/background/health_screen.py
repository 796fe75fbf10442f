"""The screen *Health* of the desk: what is wrong with the site now, and what it has recorded about itself."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.tasks import TaskResultStatus
from django.template.defaultfilters import filesizeformat

from newsroom.background.models import Failure, Job, WorkerLife, format_task_name
from newsroom.desk.local_time import format_time
from newsroom.desk.views import DeskView
from newsroom.operations import certificate, gauge_history
from newsroom.operations.doctor.registry import Diagnosis, Severity, examine_conditions, examine_site
from newsroom.operations.gauge_history import History
from newsroom.operations.models import Alert, Backup, Drill, Process, TidyRun
from newsroom.operations.processes import SEEN_WITHIN
from newsroom.operations.version import version
from newsroom.page_cache.release import release

# Parts of the doctor whose examinations cause no alerts and take little time.
ADVICE = ("backup", "drill", "retention", "space")
PARTS = 96  # number of values in a curve, each for a quarter of an hour
CURVE_HEIGHT = 24
MAX_ROWS = 5  # the maximum number of backups, and of drills, to list


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now. ``since`` is None unless an alert about it is open."""

    is_red: bool
    diagnosis: Diagnosis
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A gauge over the last 24 hours: its latest and its worst value as text, and its lines as points in SVG."""

    title: str
    latest: str
    worst: str
    lines: Sequence[str]


class HealthView(DeskView):
    """Show what is wrong with the site, and how it has been working."""

    permission = "jobs.view_failure"
    template_name = "admin/background/health.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render({"title": "Health", "at": self.at, **load_health(self.at)})


def load_health(at: datetime) -> Mapping[str, Any]:
    """Return the context of the screen."""
    return {
        "problems": list_problems(at),
        "checked_at": format_time(at, at=at),
        "curves": [make_curve(each) for each in gauge_history.read_history(at, parts=PARTS)],
        "processes": Process.objects.seen_since(at - SEEN_WITHIN).order_by("host", "kind", "pid"),
        "workers_alive": WorkerLife.objects.alive().count(),
        "tasks_ready": Job.objects.ready().count(),
        "tasks_failed": Failure.objects.final().count(),
        "tasks_retrying": Failure.objects.retrying().count(),
        "deliveries": list(list_deliveries()),
        "has_backups": bool(settings.BACKUP_TO),
        "backups": Backup.objects.order_by("-taken_at")[:MAX_ROWS],
        "drills": Drill.objects.order_by("-began_at")[:MAX_ROWS],
        "host": urlsplit(settings.SITE_URL).hostname,
        "certificate_end": certificate.watch.end(),
        "runs": TidyRun.objects.order_by("name"),
        "versions": list_versions(),
    }


def list_problems(at: datetime) -> list[Problem]:
    """Return what is wrong now, faults first.

    Conditions are examined again, in case no process is evaluating the alerts.
    """
    since = {(alert.code, alert.subject): alert.since for alert in Alert.objects.open()}
    problems = {
        str(diagnosis): Problem(_is_red(diagnosis), diagnosis, since.get((condition.code, diagnosis.subject)))
        for condition, diagnosis in examine_conditions(at).found
    }
    for _, diagnosis in examine_site(ADVICE, at=at):
        if diagnosis.severity is not Severity.OK:
            problems.setdefault(str(diagnosis), Problem(_is_red(diagnosis), diagnosis, None))
    return sorted(problems.values(), key=lambda problem: not problem.is_red)


def make_curve(history: History) -> Curve:
    """Return the curve of a gauge.

    The bottom is 0, or the lowest value if it is negative, and the top is the highest value.
    """
    known = [value for value in history.values if value is not None]
    worst = (min if history.series.worst == "min" else max)(known, default=None)
    low, high = min([*known, 0.0]), max(known, default=0.0)
    scale = (CURVE_HEIGHT - 2) / (high - low) if high > low else 0.0
    lines: list[list[str]] = [[]]
    for place, value in enumerate(history.values):
        if value is None:
            lines.append([])
        else:
            lines[-1].append(f"{place},{CURVE_HEIGHT - 1 - (value - low) * scale:.1f}")
    unit = history.series.unit
    return Curve(
        history.series.title,
        format_value(history.last, unit),
        format_value(worst, unit),
        # A line needs two points.
        [" ".join(line if len(line) > 1 else line * 2) for line in lines if line],
    )


def format_value(value: float | None, unit: str) -> str:
    """Return a value of a gauge as text, or a dash if there is none."""
    if value is None:
        return "–"
    if unit == "bytes":
        return filesizeformat(value)
    if unit == "s":
        return f"{value:.1f} s" if abs(value) < 60 else f"{value / 60:,.0f} min"
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kind of outbound task: when one last succeeded, how many are waiting, and how many are failing."""

    name: str
    last_at: datetime | None
    waiting: int
    failing: int


def list_deliveries() -> Iterator[Delivery]:
    """Yield each kind of outbound task that is in the queue or was in it recently."""
    failing = dict(
        Failure.objects.order_by().values_list("task__task_path").annotate(Count("pk"))  # keyed by the path of the task
    )
    rows = (
        Job.objects.outbound()
        .order_by("task_path")
        .values_list("task_path")
        .annotate(
            last_at=Max("finished_at", filter=Q(status=TaskResultStatus.SUCCESSFUL)),
            waiting=Count("pk", filter=Q(status=TaskResultStatus.READY)),
        )
    )
    for path, last_at, waiting in rows:
        yield Delivery(format_task_name(path), last_at, waiting, failing.get(path, 0))


def list_versions() -> list[tuple[str, str]]:
    """Return the components of the site, each with its version."""
    return [
        ("Newsroom", f"{version()} ({release()})"),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (connection.display_name, ".".join(str(part) for part in connection.get_database_version())),
    ]


def _is_red(diagnosis: Diagnosis) -> bool:
    return diagnosis.severity is Severity.FAULT
