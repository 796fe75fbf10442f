"""The slow log: requests, SQL statements, waits for locks and tasks that took longer than ``SLOW_MS`` allows."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from newsroom.operations.request_cost import current_cost

# A task may take this many times as long as a request.
TASK_FACTOR = 20
MAX_LENGTH = 2_000  # characters of a statement that are logged
# Statements that may wait for a lock. Some of them also read the locked rows. On SQLite, a transaction takes the
# database lock when it begins.
_LOCKING = re.compile(r"\bFOR (?:NO KEY )?UPDATE\b|\bpg_advisory_xact_lock\b|^BEGIN IMMEDIATE|^LOCK TABLE")

logger = logging.getLogger("newsroom.slow")


def watch_connection(connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    """Measure the statements of a connection (a ``connection_created`` receiver)."""
    # The same object may connect again, and a test may share it between threads.
    if measure_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(measure_statement)


def measure_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
) -> Any:
    """Execute a statement, count it for the request in progress, and log it if it is slow."""
    if cost := current_cost.get():
        cost.queries += 1
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        elapsed = (time.perf_counter() - started) * 1000
        if is_slow(elapsed):
            _log_statement(sql, elapsed)


def is_slow(milliseconds: float, *, factor: int = 1) -> bool:
    """Return whether something took at least ``factor`` times ``SLOW_MS``. If the setting is 0, nothing is slow."""
    return 0 < settings.SLOW_MS * factor <= milliseconds


def log_request(message: str, fields: Mapping[str, object]) -> None:
    """Log a slow request with the same fields as in the request log."""
    logger.warning(
        "Slow request: %s, %s ms, %s queries", message, fields["ms"], fields["queries"], extra={"fields": fields}
    )


@contextmanager
def measure_task(path: str) -> Iterator[None]:
    """Log the task with this path if the block is slow."""
    started = time.perf_counter()
    try:
        yield
    finally:
        elapsed = (time.perf_counter() - started) * 1000
        if is_slow(elapsed, factor=TASK_FACTOR):
            fields = {"task": path, "ms": round(elapsed)}
            logger.warning("Slow task: %s, %.0f ms", path, elapsed, extra={"fields": fields})


def _log_statement(sql: object, elapsed: float) -> None:
    # Parameters are not logged, because they may be secrets or readers' words.
    text = " ".join(str(sql).split())[:MAX_LENGTH]
    kind = "wait for a lock" if _LOCKING.search(text) else "statement"
    logger.warning("Slow %s: %.0f ms, %s", kind, elapsed, text, extra={"fields": {"ms": round(elapsed)}})
