"""``/healthz`` (the process is alive) and ``/readyz`` (the site can serve), with the registry of its checks."""

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from django.conf import settings
from django.core.cache import caches
from django.db import Error, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsroom.caching import RedisCache
from newsroom.operations.models import Pulse
from newsroom.page_cache.release import release

type Check = Callable[[], bool]

CHECK_TIMEOUT = 2.0  # seconds within which a check must answer; a later answer counts as a failure
WRITE_INTERVAL = 10.0  # seconds for which the answer of a check that writes is reused
CACHE_TIMEOUT = 1.0  # seconds
# A disk with less free space than either counts as full.
LEAST_SHARE, LEAST_BYTES = 0.1, 1_000_000_000

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Registered:
    """A health check with its last answer."""

    name: str
    check: Check
    needed: bool
    uses_database: bool
    interval: float
    within: float
    holds: bool = True
    answered_at: float | None = None  # on the monotonic clock
    thread: Thread | None = None
    lock: Lock = field(default_factory=Lock)

    def ask(self) -> bool:
        """Return whether the check passes; reuse an answer that is less than ``interval`` seconds old."""
        with self.lock:
            if self.answered_at is None or monotonic() - self.answered_at >= self.interval:
                self._note(self._answer() if self.uses_database else self._answer_in_thread())
                self.answered_at = monotonic()
            return self.holds

    def _note(self, holds: bool) -> None:
        if holds != self.holds:
            logger.log(logging.INFO if holds else logging.WARNING, "%s: %s", self.name, "ok" if holds else "failed")
        self.holds = holds

    def _answer(self) -> bool:
        try:
            return self.check()
        except Error as error:
            logger.debug("%s: %s", self.name, error)
        except Exception:
            logger.warning("%s could not be checked.", self.name, exc_info=True)
        return False

    def _answer_in_thread(self) -> bool:
        """Run the check in a thread, for at most ``within`` seconds; return whether it passed in that time."""
        # A hung disk never answers. While the thread of an earlier request still waits, no second one is started.
        answers: list[bool] = []

        def answer() -> None:
            answers.append(self._answer())
            connections.close_all()  # this thread's own

        if self.thread is None or not self.thread.is_alive():
            self.thread = Thread(target=answer, name=f"health-{self.name}", daemon=True)
            self.thread.start()
            self.thread.join(self.within)
        return answers == [True]


_checks: dict[str, _Registered] = {}


def register_check(
    name: str,
    check: Check,
    *,
    needed: bool = True,
    uses_database: bool = True,
    interval: float = 0,
    within: float = CHECK_TIMEOUT,
) -> None:
    """Register a line of ``/readyz``, which is *ok* if ``check`` returns True within ``within`` seconds.

    ``/readyz`` answers 503 if a ``needed`` check fails. A check that uses the database makes a query or two, and fails
    if the database does. Every other check runs in a thread of its own. A check that writes takes ``INTERVAL`` as its
    ``interval``.
    """
    _checks[name] = _Registered(name, check, needed, uses_database, interval, within)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 with one word and without a query. On a server ``newsroom.wsgi`` answers first, ahead of Django."""
    return _plain("ok\n", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 if every needed check passes, else 503; with ``?strict=1`` every check is needed.

    The body has one line for each check, with its name and *ok* or *failed*. Two more lines name the release and the
    process. It says nothing else, since the address is public.
    """
    answers = run_checks()
    is_strict = request.GET.get("strict") == "1"
    is_ready = all(holds for name, holds in answers.items() if is_strict or _checks[name].needed)
    lines = [f"{name}: {'ok' if holds else 'failed'}" for name, holds in answers.items()]
    lines += [f"release: {release()}", f"process: {os.getpid()}"]
    return _plain("".join(f"{line}\n" for line in lines), 200 if is_ready else 503)


def run_checks() -> Mapping[str, bool]:
    """Return the answer of each check by name. If the database does not answer, all checks that use it fail unasked."""
    answers = {name: not each.uses_database and each.ask() for name, each in _checks.items()}
    if answers["database"]:
        # An error here comes from the connection itself; the checks that were not reached count as failed.
        with suppress(Error), _bounded(CHECK_TIMEOUT):
            answers |= {name: each.ask() for name, each in _checks.items() if each.uses_database}
    return answers


def database_answers() -> bool:
    """Return whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    """Return whether every migration of this release is applied; the database may have later ones."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return all(key in applied or (bool(replaced) and replaced <= applied) for key, replaced in _known().items())


def database_takes_writes() -> bool:
    """Return True if a row can be written. Raise an error if the database is read-only, full, or locked."""
    Pulse.objects.write()
    return True


def disks_have_space() -> bool:
    """Return whether the disks of ``VAR_DIR`` and of an SQLite database have free space."""
    places = [settings.VAR_DIR]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]).parent)
    usages = [shutil.disk_usage(place) for place in places]
    return all(usage.free >= max(LEAST_BYTES, LEAST_SHARE * usage.total) for usage in usages)


def cache_answers() -> bool:
    """Return whether the cache returns a value that was just stored, under a key of this process."""
    name, token = f"health:{os.getpid()}", secrets.token_hex(8)
    cache = caches["default"]
    # Asked directly: RedisCache falls back to the database when Redis does not answer.
    asked = cache.redis if isinstance(cache, RedisCache) else cache
    asked.set(name, token, timeout=60)
    return bool(asked.get(name) == token)


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain", status=status)
    response["Cache-Control"] = "no-store"
    return response


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Limit each statement of this thread within the block to ``seconds``, including waits for locks.

    On SQLite only the waits for locks are limited.
    """
    milliseconds = round(seconds * 1000)
    begin, end = f"SET statement_timeout = {milliseconds}", "RESET statement_timeout"
    if connection.vendor == "sqlite":
        usual = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
        begin, end = f"PRAGMA busy_timeout = {milliseconds}", f"PRAGMA busy_timeout = {usual * 1000:.0f}"
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute(begin)
    try:
        yield
    finally:
        with connection.wrap_database_errors:
            connection.connection.execute(end)


@cache
def _known() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """Return each migration of the running code, with those that it replaces."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key: frozenset(migration.replaces) for key, migration in loader.disk_migrations.items()}
