"""Tasks of one service, such as the mail server, that fail again and again while none of them succeeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.tasks import TaskResultStatus

from newsroom.background.models import Failure, Job

MIN_ATTEMPTS = 2  # the number of failures in a row from which a service counts as failing
_MAX_FAILURES = 100  # the maximum number of failures to read
# What libraries put around the reason for an error, such as “<urlopen error [Errno 111] Connection refused>”.
_WRAPPING = re.compile(r"^\w+: |<urlopen error |>$|\[Errno -?\d+\] ")


@dataclass(frozen=True, slots=True)
class RepeatedFailure:
    """Failures in a row. ``next_at`` is the time of the next automatic try, or None if there is none."""

    first_at: datetime
    error: str
    next_at: datetime | None

    @property
    def reason(self) -> str:
        """The reason for the last failure, without class names and error numbers."""
        return _WRAPPING.sub("", _WRAPPING.sub("", self.error)).strip().rstrip(".")


def find_repeated_failure(paths: Sequence[str], *, except_for: str = "") -> RepeatedFailure | None:
    """Return the latest failures in a row of these tasks, or None if there are fewer than ``MIN_ATTEMPTS``.

    Failures whose error ends with ``except_for`` do not count.
    """
    rows = Failure.objects.filter(task__task_path__in=paths).newest_first()
    if except_for:
        rows = rows.exclude(error__endswith=except_for)
    failures = list(rows[:_MAX_FAILURES])
    if not failures:
        return None
    successful = Job.objects.filter(task_path__in=paths, status=TaskResultStatus.SUCCESSFUL)
    last_success = successful.aggregate(at=Max("finished_at"))["at"]
    recent = [failure for failure in failures if last_success is None or failure.last_at > last_success]
    # Of a task that failed both before and after the success, only one failure is known to be later.
    attempts = sum(
        failure.times if last_success is None or failure.first_at > last_success else 1 for failure in recent
    )
    if attempts < MIN_ATTEMPTS:
        return None
    tries = [failure.task.run_after for failure in recent if failure.task.status == TaskResultStatus.READY]
    begun = [failure.first_at for failure in recent if last_success is None or failure.first_at > last_success]
    return RepeatedFailure(min(begun, default=recent[-1].last_at), recent[0].error, min(tries, default=None))
