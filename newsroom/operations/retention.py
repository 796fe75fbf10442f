"""The registry of retention rules, which say how long data is stored, and the run that deletes expired data.

``manage.py tidy`` runs all rules. Each worker runs the rules that have not been run for an hour, so that a site without
timers is tidied as well.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from newsroom.operations.commands import LockedError
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import TidyRun

BATCH_SIZE = 1_000  # rows
MIN_BATCH_SIZE = 20  # rows
# The time for which a batch may block other writers of SQLite. If one takes longer, the next is smaller.
MAX_LOCK_TIME = 0.01  # seconds
# After each batch, other writers get as much time as the batch took, within these bounds. At first, a writer that waits
# for SQLite pauses for at most 25 milliseconds between attempts.
MIN_PAUSE, MAX_PAUSE = 0.02, 0.2  # seconds
INTERVAL = timedelta(hours=1)  # interval after which a worker runs a rule again
OPTIMIZE_INTERVAL = timedelta(days=1)
OPTIMIZE = "optimize"
# A worker runs rules between two heartbeats, so it stops after this time and continues a minute later.
WORKER_SECONDS = 5.0
CHECK_TAG = "retention"  # tag of the system check
LOCK = "tidy"
LOCKED = "Another process is tidying this site. Wait until it has ended."

logger = logging.getLogger(__name__)

# Deletes one batch, and returns the number of deleted objects.
type Batch = Callable[[], int]


class Rule(ABC):
    """Base class for rules. A rule deletes one kind of data once it is older than ``days``."""

    def __init__(self, name: str, days: int, *, max_days: int | None = None) -> None:
        self.name = name
        self._days = days
        self.max_days = max_days

    @property
    def days(self) -> int:
        """The number of days after which the data is deleted: the entry in ``RETENTION``, or else the default."""
        return int(settings.RETENTION.get(self.name, self._days))

    @property
    def age(self) -> timedelta:
        return timedelta(days=self.days)

    @abstractmethod
    def count(self, at: datetime) -> int:
        """Return the number of objects that have expired by ``at``."""

    @abstractmethod
    def batches(self, at: datetime) -> Iterator[Batch]:
        """Yield a function for each batch of objects that have expired by ``at``."""


class RowRule(Rule):
    """A rule for rows of the database.

    ``rows(at, age)`` returns QuerySets of the rows that have expired by ``at``. The QuerySets are processed in order.
    ``remove`` is called with part of such a QuerySet, in a transaction, and returns how many rows it removed. By
    default, it deletes them.
    """

    def __init__(
        self,
        name: str,
        days: int,
        rows: Callable[[datetime, timedelta], Iterable[QuerySet[Any]]],
        *,
        batch: int = BATCH_SIZE,
        remove: Callable[[Any], int] | None = None,
        max_days: int | None = None,
    ) -> None:
        super().__init__(name, days, max_days=max_days)
        self.rows = rows
        self._batch = batch
        self._remove = remove or _delete_rows

    def count(self, at: datetime) -> int:
        return sum(rows.count() for rows in self.rows(at, self.age))

    def batches(self, at: datetime) -> Iterator[Batch]:
        size = _AdaptiveSize(self._batch)
        for rows in self.rows(at, self.age):
            last = None
            while keys := self._next_keys(rows, after=last):
                begin = 0
                while batch := keys[begin : begin + size.rows]:
                    # The conditions are checked again: a row may have changed since it was found.
                    yield partial(self._remove_batch, rows.filter(pk__in=batch), size)
                    begin += len(batch)
                last = keys[-1]

    def _remove_batch(self, rows: QuerySet[Any], size: "_AdaptiveSize") -> int:
        with transaction.atomic(), size.measure():
            return self._remove(rows)

    def _next_keys(self, rows: QuerySet[Any], *, after: object) -> list[Any]:
        remaining = rows if after is None else rows.filter(pk__gt=after)
        return list(remaining.order_by("pk").values_list("pk", flat=True)[: self._batch])


class ItemRule[Item](Rule):
    """A rule for data, such as files, that is found and deleted by functions of its own.

    ``find(at, age)`` yields batches of what has expired by ``at``. ``delete(items, at, age)`` deletes one batch and
    returns how many of its items it deleted.
    """

    def __init__(
        self,
        name: str,
        days: int,
        find: Callable[[datetime, timedelta], Iterator[Sequence[Item]]],
        delete: Callable[[Sequence[Item], datetime, timedelta], int],
    ) -> None:
        super().__init__(name, days)
        self._find = find
        self._delete = delete

    def count(self, at: datetime) -> int:
        return sum(len(items) for items in self._find(at, self.age))

    def batches(self, at: datetime) -> Iterator[Batch]:
        for items in self._find(at, self.age):
            yield partial(self._delete, items, at, self.age)


def _delete_rows(rows: QuerySet[Any]) -> int:
    return rows.order_by().delete()[1].get(rows.model._meta.label, 0)


class _AdaptiveSize:
    """The size of the next batch, at most ``limit``, such that deleting a batch takes about ``MAX_LOCK_TIME``."""

    def __init__(self, limit: int) -> None:
        self.rows = self._limit = limit

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Adapt the size to the duration of the block, which must delete one batch of at most the current size."""
        started_at = monotonic()
        yield
        fitting = int(self.rows * MAX_LOCK_TIME / max(monotonic() - started_at, 0.000_001))
        # One slow batch says little, so the size shrinks and grows by half at most.
        wanted = min(max(fitting, self.rows // 2), self.rows * 3 // 2)
        self.rows = min(max(wanted, MIN_BATCH_SIZE), self._limit)


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Register a rule under its name."""
    _rules[rule.name] = rule


def registered_rules() -> list[Rule]:
    """Return all rules, ordered by name."""
    return [_rules[name] for name in sorted(_rules)]


def check_setting(**_: Any) -> list[CheckMessage]:
    """Return an error for each entry of ``RETENTION`` that names no rule or exceeds the maximum of its rule."""
    # As with every environment variable, the message does not quote the value, which may be a secret read from the
    # wrong file.
    names = ", ".join(sorted(_rules))
    errors = [
        f"Entry {number} of RETENTION names no rule. There are: {names}."
        for number, name in enumerate(settings.RETENTION, start=1)
        if name not in _rules
    ]
    errors += [
        f"RETENTION may set {rule.name} to {rule.max_days} days at most, as the site promises."
        for rule in registered_rules()
        if rule.max_days is not None and rule.days > rule.max_days
    ]
    return [Error(message, id="operations.E002") for message in errors]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one rule. ``error`` is the exception that ended it early, if any."""

    name: str
    deleted: int = 0
    error: Exception | None = None

    def as_row(self, at: datetime) -> TidyRun:
        """Return the row that stores this outcome as the last run of the rule, which ended at ``at``."""
        error = type(self.error).__name__ if self.error else ""
        return TidyRun(name=self.name, ended_at=at, deleted=self.deleted, error=error)


def tidy(
    *, at: datetime, only: Collection[str] = (), on_progress: Callable[[int], object] = lambda deleted: None
) -> Iterator[Outcome]:
    """Run all rules, or those named in ``only``, and yield the outcome of each.

    ``on_progress`` is called after each batch with the number of objects deleted so far. Raise LockedError if another
    process is tidying. If the database is unavailable, its error propagates. Other errors are part of the outcome.
    Without ``only``, also call ``optimize_if_due``.
    """
    deleted = 0
    with exclusive_run(LOCK, refusal=LOCKED):
        for rule in registered_rules():
            if only and rule.name not in only:
                continue
            run = _Run(rule, at=at)
            for count in run:
                deleted += count
                on_progress(deleted)
            TidyRun.objects.store([run.outcome.as_row(at)])
            yield run.outcome
        if not only:
            optimize_if_due(at=at)


# The runs that this process has begun but not finished.
_unfinished: "dict[str, _Run]" = {}


def tidy_if_due(at: datetime, *, seconds: float = WORKER_SECONDS) -> bool:
    """Run the rules that are due, until ``seconds`` have passed, and return whether all are finished.

    Rules that are not finished continue at the next call. Once all are, ``optimize_if_due`` is called. If another
    process is tidying, do nothing and return False.
    """
    ends_at = monotonic() + seconds
    last_runs = dict(TidyRun.objects.values_list("name", "ended_at"))
    due = [rule for rule in registered_rules() if _is_due(last_runs.get(rule.name), at, INTERVAL)]
    if not due and not _is_optimization_due(last_runs.get(OPTIMIZE), at):
        return True
    outcomes: list[Outcome] = []
    try:
        with exclusive_run(LOCK, refusal=LOCKED):
            for rule in due:
                # Removed while it runs, so that after a database error the rule starts again from the beginning.
                run = _unfinished.pop(rule.name, None) or _Run(rule, at=at)
                for _ in run:
                    if monotonic() >= ends_at:
                        _unfinished[rule.name] = run
                        return False
                outcomes.append(run.outcome)
                if run.outcome.error:
                    logger.error("Could not tidy %s.", rule.name, exc_info=run.outcome.error)
            optimize_if_due(at=at)
    except LockedError:
        return False
    finally:
        TidyRun.objects.store(outcome.as_row(at) for outcome in outcomes)
    return True


def optimize_if_due(*, at: datetime) -> bool:
    """Make SQLite update its query planner statistics once a day. Return whether that was due."""
    last_run = TidyRun.objects.filter(name=OPTIMIZE).values_list("ended_at", flat=True).first()
    if not _is_optimization_due(last_run, at):
        return False
    with connection.cursor() as cursor:
        # Without a limit, older versions of SQLite read whole indexes.
        cursor.execute("PRAGMA analysis_limit=400")
        # With this mask, all tables are examined, not only those that this connection has queried.
        cursor.execute("PRAGMA optimize=0x10002")
    TidyRun.objects.store([Outcome(OPTIMIZE).as_row(at)])
    return True


def _is_optimization_due(last_run: datetime | None, at: datetime) -> bool:
    # PostgreSQL updates its statistics itself.
    return connection.vendor == "sqlite" and _is_due(last_run, at, OPTIMIZE_INTERVAL)


def _is_due(last_run: datetime | None, at: datetime, interval: timedelta) -> bool:
    # A last run in the future was stored by a machine whose clock was ahead, or before the clock was set back.
    return last_run is None or not timedelta() <= at - last_run < interval


class _Run:
    """One run of a rule: an iterator that deletes a batch at each step and returns the number of deleted objects."""

    def __init__(self, rule: Rule, *, at: datetime) -> None:
        self.outcome = Outcome(rule.name)
        self._batches = rule.batches(at)
        self._pause = 0.0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        sleep(self._pause)
        started_at = monotonic()
        try:
            deleted = next(self._batches)()
        except (InterfaceError, OperationalError, StopIteration):
            raise
        except Exception as error:
            # A rule that fails does not prevent the others from being run.
            self.outcome = replace(self.outcome, error=error)
            raise StopIteration from error
        self._pause = min(max(monotonic() - started_at, MIN_PAUSE), MAX_PAUSE)
        self.outcome = replace(self.outcome, deleted=self.outcome.deleted + deleted)
        return deleted
