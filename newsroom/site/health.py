"""Says that the process answers, and whether it can serve."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

type Check = Callable[[], bool]

# How long a pool of connections may let /readyz wait for one.
PATIENCE = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class _Registered:
    check: Check
    is_needed: bool


_checks: dict[str, _Registered] = {}


def register(name: str, check: Check, *, is_needed: bool = True) -> None:
    """Let ``/readyz`` ask ``check``, which says quickly, in a query or two, whether all is well.

    What is not needed is told, but the site is ready without it. A database error in the check counts as a no.
    """
    _checks[name] = _Registered(check, is_needed)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 with one word; asks nothing of the database."""
    return _plain("ok\n", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where all that is needed is there, else 503: one line for each check, its name and *ok* or *failed*.

    Nothing else is told, as anybody may ask. Where the database does not answer, nothing more is asked of it.
    """
    is_there = _holds(_database_answers)
    answers = {"database": is_there, "migrations": is_there and _holds(migrations_are_applied)}
    answers |= {name: is_there and _holds(each.check) for name, each in _checks.items()}
    optional = {name for name, each in _checks.items() if not each.is_needed}
    is_ready = all(holds for name, holds in answers.items() if name not in optional)
    lines = "".join(f"{name}: {'ok' if holds else 'failed'}\n" for name, holds in answers.items())
    return _plain(lines, 200 if is_ready else 503)


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _holds(check: Check) -> bool:
    try:
        return check()
    except Error:
        return False


def _database_answers() -> bool:
    # Without a database a pool is waited for much longer than whoever asks is willing to wait.
    if pool := getattr(connection, "pool", None):
        with connection.wrap_database_errors:
            pool.open()
            with pool.connection(timeout=PATIENCE):
                pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    """Say whether the database is as the code that runs expects it."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return all(key in applied or (bool(replaced) and replaced <= applied) for key, replaced in _known().items())


@cache
def _known() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """Return each migration of the code that runs, with those it replaces."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key: frozenset(migration.replaces) for key, migration in loader.disk_migrations.items()}
