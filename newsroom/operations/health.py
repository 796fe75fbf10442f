"""``/healthz`` (the process is alive) and ``/readyz`` (the site can serve), with the registry of health checks."""

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from time import monotonic

from django.core.cache import caches
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsroom.caching import RedisCache
from newsroom.db.timeouts import limit_statements
from newsroom.operations import disks
from newsroom.operations.bounded_calls import BoundedCall
from newsroom.operations.models import Pulse
from newsroom.page_cache.release import release

type Check = Callable[[], bool]

CHECK_TIMEOUT = 2.0  # seconds for each statement of a check, or for a whole check that uses no database
WRITE_INTERVAL = 10.0  # seconds for which the result of a check that writes is reused
CACHE_TIMEOUT = 1.0  # seconds

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _RegisteredCheck:
    """A health check with its last result."""

    name: str
    check: Check
    needed: bool
    uses_database: bool
    interval: float
    within: float
    passes: bool = True
    checked_at: float | None = None  # on the monotonic clock
    lock: Lock = field(default_factory=Lock)
    call: BoundedCall[[], bool] = field(init=False)

    def __post_init__(self) -> None:
        self.call = BoundedCall(f"health-{self.name}", self._run_check)

    def run(self) -> bool:
        """Return whether the check passes. Reuse a result that is less than ``interval`` seconds old."""
        with self.lock:
            if self.checked_at is None or monotonic() - self.checked_at >= self.interval:
                self._record(self._run_check() if self.uses_database else self._run_in_thread())
                self.checked_at = monotonic()
            return self.passes

    def _record(self, passes: bool) -> None:
        if passes != self.passes:
            logger.log(logging.INFO if passes else logging.WARNING, "%s: %s", self.name, "ok" if passes else "failed")
        self.passes = passes

    def _run_check(self) -> bool:
        try:
            with limit_statements(CHECK_TIMEOUT) if self.uses_database else nullcontext():
                return self.check()
        except Error as error:
            logger.debug("%s: %s", self.name, error)
        except Exception:
            logger.warning("%s could not be checked.", self.name, exc_info=True)
        return False

    def _run_in_thread(self) -> bool:
        """Run the check in a thread for at most ``within`` seconds, and return whether it passed in that time."""
        # A hung disk never responds. While the thread of an earlier request is still waiting, no second one is started.
        try:
            return self.call.run(self.within)
        except TimeoutError:
            return False


_checks: dict[str, _RegisteredCheck] = {}


def register_check(
    name: str,
    check: Check,
    *,
    needed: bool = True,
    uses_database: bool = True,
    interval: float = 0,
    within: float = CHECK_TIMEOUT,
) -> None:
    """Register a line of ``/readyz``, which is *ok* if ``check`` returns True.

    ``/readyz`` returns 503 if a ``needed`` check fails. A check that uses the database should make one or two queries,
    and fails if the database does. Every other check runs in its own thread, and fails after ``within`` seconds. The
    ``interval`` of a check that writes should be ``WRITE_INTERVAL``.
    """
    _checks[name] = _RegisteredCheck(name, check, needed, uses_database, interval, within)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 and one word, without a query. On a server, ``newsroom.wsgi`` handles this address before Django."""
    return _text_response("ok\n", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if every needed check passes, otherwise 503. With ``?strict=1``, every check is needed.

    The body contains one line for each check, with its name and *ok* or *failed*, and lines for the release and the
    process id. It contains nothing else, because the address is public.
    """
    results = run_checks()
    is_strict = request.GET.get("strict") == "1"
    is_ready = all(passes for name, passes in results.items() if is_strict or _checks[name].needed)
    lines = [f"{name}: {'ok' if passes else 'failed'}" for name, passes in results.items()]
    lines += [f"release: {release()}", f"process: {os.getpid()}"]
    return _text_response("".join(f"{line}\n" for line in lines), 200 if is_ready else 503)


def run_checks() -> Mapping[str, bool]:
    """Return the result of each check, keyed by name.

    If the database does not respond, all checks that use it fail without being run.
    """
    results = {name: not each.uses_database and each.run() for name, each in _checks.items()}
    if results["database"]:
        results |= {name: each.run() for name, each in _checks.items() if each.uses_database}
    return results


def passes(name: str) -> bool:
    """Return whether a check passes. If the check has an interval, the result may be that of an earlier run."""
    return _checks[name].run()


def database_answers() -> bool:
    """Return whether a query has the expected result. Raise a database error if the query fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    """Return whether every migration of this release is applied. Later migrations may be applied as well."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return all(
        key in applied or (bool(replaced) and replaced <= applied) for key, replaced in _list_migrations().items()
    )


def database_takes_writes() -> bool:
    """Return True if a row can be written. Raise DatabaseError if the database is read-only, full or locked."""
    Pulse.objects.write()
    return True


def disks_have_space() -> bool:
    """Return False if a disk of the site does not answer or has too little free space (see ``read_disks``).

    A folder that cannot be examined, such as a mistyped one, says nothing about a disk. The doctor warns of it.
    """
    return not any(
        disk.is_full if isinstance(disk, disks.Disk) else isinstance(disk, TimeoutError)
        for disk in disks.read_disks().values()
    )


def cache_answers() -> bool:
    """Return whether the cache returns a value that was just stored under a key of this process."""
    key, token = f"health:{os.getpid()}", secrets.token_hex(8)
    cache = caches["default"]
    # Use Redis directly: RedisCache falls back to the database if Redis does not respond.
    backend = cache.redis if isinstance(cache, RedisCache) else cache
    backend.set(key, token, timeout=60)
    return bool(backend.get(key) == token)


def _text_response(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain", status=status)
    response["Cache-Control"] = "no-store"
    return response


@cache
def _list_migrations() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """Return each migration of the running code, with the migrations that it replaces."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key: frozenset(migration.replaces) for key, migration in loader.disk_migrations.items()}
