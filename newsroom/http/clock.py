"""The clock. It is read once per request, and once per verb after the verb has taken its lock.

On PostgreSQL, the time comes from the database, which all machines share. A machine whose own clock is wrong therefore
shows no page early or late. The machine's own clock is used until the database's has been read, and on SQLite.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now
from django.db.models.signals import post_init
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsroom.db.server_time import DatabaseTime
from newsroom.errors import RefusedError

# Means “no end”: psycopg cannot read PostgreSQL's infinity, and a comparison with NULL is never true.
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


# If the clocks of this machine and the database differ by more than these values, users are warned, pages are not
# stored and publishing is refused, respectively, because either clock may be wrong.
WARNING_SKEW = timedelta(seconds=0.5)
MAX_SKEW_FOR_STORING = timedelta(seconds=1)
MAX_SKEW_FOR_PUBLISHING = timedelta(seconds=5)

_database_time = DatabaseTime()
_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """Return the current time in UTC, or the time at which ``fixed_at`` has stopped the clock."""
    if fixed := _fixed.get():
        return fixed
    database_now = _database_time.now() if connection.vendor == "postgresql" else None
    return database_now or timezone.now()


class SkewError(RefusedError):
    """Raised if the clocks of this machine and the database differ too much. The message gives the difference."""


def now_for_publishing() -> datetime:
    """Return the time at which a verb publishes. On PostgreSQL, read the database's clock in the current transaction.

    Raise SkewError if this machine's clock differs from the database's by more than ``MAX_SKEW_FOR_PUBLISHING``.
    """
    if fixed := _fixed.get():
        return fixed
    if connection.vendor == "postgresql":
        _database_time.refresh()
    if abs(skew()) > MAX_SKEW_FOR_PUBLISHING:
        raise SkewError(describe_skew())
    return now()


@contextmanager
def fixed_at(moment: datetime) -> Iterator[None]:
    """Stop this thread's clock at ``moment`` within the block.

    This is for tests, and for demonstration content with a history. In instances that are created in the block, columns
    that the database would fill in (``db_default=Now()``) are set to the same time.
    """
    token = _fixed.set(moment)
    post_init.connect(_set_default_times, dispatch_uid="fixed clock")
    try:
        yield
    finally:
        _fixed.reset(token)
        if _fixed.get() is None:
            post_init.disconnect(dispatch_uid="fixed clock")


def is_fixed() -> bool:
    """Return whether the clock is stopped by ``fixed_at``."""
    return _fixed.get() is not None


def _set_default_times(instance: Model, **kwargs: object) -> None:
    moment = _fixed.get()
    for field in instance._meta.concrete_fields:
        if (
            moment
            and isinstance(field.db_default, Now)
            and isinstance(instance.__dict__.get(field.attname), DatabaseDefault)
        ):
            setattr(instance, field.attname, moment)


def skew() -> timedelta:
    """Return how far this machine's clock is ahead of the database's, or zero if the database's is not used.

    The result is negative if this machine's clock is behind.
    """
    database_now = _database_time.now() if connection.vendor == "postgresql" else None
    return timezone.now() - database_now if database_now else timedelta()


def describe_skew() -> str:
    """Return a warning for users about the skew, or an empty string if it is at most ``WARNING_SKEW``."""
    ahead = skew()
    if abs(ahead) <= WARNING_SKEW:
        return ""
    seconds, direction = abs(ahead).total_seconds(), "ahead of" if ahead > timedelta() else "behind"
    refusal = " Publishing is refused." if abs(ahead) > MAX_SKEW_FOR_PUBLISHING else ""
    return f"This machine’s clock is {seconds:.1f} s {direction} the database.{refusal} Start time synchronisation."


def start_of_next_day(at: datetime) -> datetime:
    """Return the start of the day after ``at``, in the current time zone."""
    return start_of_day(timezone.localdate(at) + timedelta(days=1))


def start_of_next_year(at: datetime) -> datetime:
    """Return the start of the year after ``at``, in the current time zone."""
    return start_of_day(date(timezone.localdate(at).year + 1, 1, 1))


def start_of_day(day: date) -> datetime:
    """Return the start of ``day`` in the current time zone."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


class InvalidLocalTimeError(ValueError):
    """Raised for a local time that is ambiguous, does not exist, or is out of range.

    The message says why, and what to choose instead.
    """


class AmbiguousTimeError(InvalidLocalTimeError):
    """Raised for an ambiguous local time. ``names`` are the names of the time zone at the first and second occurrence."""

    def __init__(self, local: datetime, names: tuple[str, str]) -> None:
        self.names = names
        super().__init__(
            f"{local:%H:%M} occurs twice on {local.day} {local:%B %Y}, when the clocks go back: "
            f"first as {names[0]}, then as {names[1]}. Choose one."
        )


def resolve_local_time(local: datetime, *, second: bool | None = None) -> datetime:
    """Return the UTC time for ``local``, a naive datetime in the current time zone.

    ``second`` is true for the second occurrence of an ambiguous time, and false for the first. Raise AmbiguousTimeError
    if the time is ambiguous and ``second`` is None. Raise InvalidLocalTimeError if the clocks skip the time, or if the
    UTC time is outside the range of ``datetime``.
    """
    zone = timezone.get_current_timezone()
    first, later = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == later.utcoffset():
        try:
            return first.astimezone(UTC)
        except OverflowError as error:
            raise InvalidLocalTimeError(f"The year {local.year} is out of range. Choose another day.") from error
    existing = [
        moment for moment in (first, later) if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    ]
    if not existing:
        before, after = (moment.astimezone(UTC).astimezone(zone) for moment in (later, first))
        raise InvalidLocalTimeError(
            f"{local:%H:%M} does not exist on {local.day} {local:%B %Y}: the clocks go forward. "
            f"Choose {before:%H:%M} or earlier, or {after:%H:%M} or later."
        )
    if second is None:
        raise AmbiguousTimeError(local, (str(first.tzname()), str(later.tzname())))
    return existing[second].astimezone(UTC)


class TimedRequest(HttpRequest):
    """A request with its time of arrival."""

    moment: datetime


class RequestTimeMiddleware:
    """Middleware that sets ``moment`` on each request: the time for which live editions are queried."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ensure_request_time(request)
        return self._get_response(request)


def ensure_request_time(request: HttpRequest) -> datetime:
    """Return the time at which the request arrived. If it is not set yet, set it to the current time."""
    if not hasattr(request, "moment"):
        cast("TimedRequest", request).moment = now()
    return request_time(request)


def request_time(request: HttpRequest) -> datetime:
    """Return the time at which the request arrived. Raise AttributeError if it is not set."""
    return cast("TimedRequest", request).moment
