"""The clock, read once for each request and once for each verb, after the verb's lock.

On PostgreSQL the time is that of the database, which all machines share. A machine with a wrong clock therefore shows
and publishes nothing early or late. On SQLite there is one machine, and its own clock is used.
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

# "No end": psycopg cannot read PostgreSQL's infinity, and a comparison with NULL is never true.
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


# Differences between the clocks of this machine and the database above which users are warned, pages are not stored,
# and verbs refuse to publish. Which of the two clocks is right is unknown.
WARNING_SKEW = timedelta(seconds=0.5)
MAX_SKEW_FOR_STORING = timedelta(seconds=1)
MAX_SKEW_FOR_PUBLISHING = timedelta(seconds=5)

_database = DatabaseTime()
_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    if fixed := _fixed.get():
        return fixed
    shared = _database.now() if connection.vendor == "postgresql" else None
    return shared or timezone.now()


class SkewError(RefusedError):
    """The clocks of this machine and of the database differ too much; the message says by how many seconds."""


def now_for_verb() -> datetime:
    """Return the time at which a verb publishes, read from the database in the current transaction.

    Raise SkewError if the clock of this machine differs from it by more than ``NOTHING_PUBLISHED``.
    """
    if fixed := _fixed.get():
        return fixed
    if connection.vendor == "postgresql":
        _database.refresh()
    if abs(skew()) > MAX_SKEW_FOR_PUBLISHING:
        raise SkewError(describe_skew())
    return now()


@contextmanager
def fixed_at(moment: datetime) -> Iterator[None]:
    """Stop this thread's clock at ``moment`` within the block, for demonstration content with a past and for tests.

    Verbs act at that time. Columns that the database would fill (``db_default=Now()``) get it as well.
    """
    before = _fixed.set(moment)
    post_init.connect(_date, dispatch_uid="fixed clock")
    try:
        yield
    finally:
        _fixed.reset(before)
        if _fixed.get() is None:
            post_init.disconnect(dispatch_uid="fixed clock")


def is_fixed() -> bool:
    """Return whether the clock is stopped by ``fixed_at``."""
    return _fixed.get() is not None


def _date(instance: Model, **named: object) -> None:
    moment = _fixed.get()
    for field in instance._meta.concrete_fields:
        if (
            moment
            and isinstance(field.db_default, Now)
            and isinstance(instance.__dict__.get(field.attname), DatabaseDefault)
        ):
            setattr(instance, field.attname, moment)


def skew() -> timedelta:
    """Return how far the clock of this machine is ahead of the database’s; negative if it is behind."""
    shared = _database.now() if connection.vendor == "postgresql" else None
    return timezone.now() - shared if shared else timedelta()


def describe_skew() -> str:
    """Return a sentence for users about the skew, or an empty string if it is at most ``TOLD``."""
    ahead = skew()
    if abs(ahead) <= WARNING_SKEW:
        return ""
    seconds, where = abs(ahead).total_seconds(), "ahead of" if ahead > timedelta() else "behind"
    refused = " Publishing is refused." if abs(ahead) > MAX_SKEW_FOR_PUBLISHING else ""
    return f"This machine’s clock is {seconds:.1f} s {where} the database.{refused} Start time synchronisation."


def start_of_next_day(at: datetime) -> datetime:
    """Return the first moment of the day after that of ``at``, in the current time zone."""
    return start_of_day(timezone.localdate(at) + timedelta(days=1))


def start_of_next_year(at: datetime) -> datetime:
    """Return the first moment of the year after that of ``at``, in the current time zone."""
    return start_of_day(date(timezone.localdate(at).year + 1, 1, 1))


def start_of_day(day: date) -> datetime:
    """Return the first moment of ``day`` in the current time zone."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


class InvalidLocalTimeError(ValueError):
    """A local time that does not exist or is ambiguous; the message says which, and what to choose instead."""


class AmbiguousTimeError(InvalidLocalTimeError):
    """An ambiguous local time; ``names`` are the names of the time zone at its first and second occurrence."""

    def __init__(self, written: datetime, names: tuple[str, str]) -> None:
        self.names = names
        super().__init__(
            f"{written:%H:%M} comes twice on {written.day} {written:%B %Y}, as the clocks are set back: "
            f"first as {names[0]}, then as {names[1]}. Choose one of the two."
        )


def resolve_local_time(written: datetime, *, second: bool | None = None) -> datetime:
    """Return in UTC the instant at which clocks in the current time zone show ``written``, a naive datetime.

    ``second`` chooses the occurrence of an ambiguous time. Raise TwiceError if such a time comes without a choice.
    Raise ClockChangeError if the clocks skip the time, or if it lies outside the range of ``datetime``.
    """
    zone = timezone.get_current_timezone()
    first, later = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == later.utcoffset():
        try:
            return first.astimezone(UTC)
        except OverflowError as error:
            raise InvalidLocalTimeError(
                f"No clock goes as far as the year {written.year}. Choose another day."
            ) from error
    shown = [each for each in (first, later) if each.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == written]
    if not shown:
        before, after = (each.astimezone(UTC).astimezone(zone) for each in (later, first))
        raise InvalidLocalTimeError(
            f"{written:%H:%M} does not exist on {written.day} {written:%B %Y}: the clocks are set forward. "
            f"Choose {before:%H:%M} or earlier, or {after:%H:%M} or later."
        )
    if second is None:
        raise AmbiguousTimeError(written, (str(first.tzname()), str(later.tzname())))
    return shown[second].astimezone(UTC)


class TimedRequest(HttpRequest):
    """A request with the time of its arrival."""

    moment: datetime


class RequestTimeMiddleware:
    """Middleware that sets ``moment`` on each request: the instant for which live editions are queried."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ensure_request_time(request)
        return self._get_response(request)


def ensure_request_time(request: HttpRequest) -> datetime:
    """Return the instant at which the request arrived; set it to the current time if it is not set yet."""
    if not hasattr(request, "moment"):
        cast("TimedRequest", request).moment = now()
    return request_time(request)


def request_time(request: HttpRequest) -> datetime:
    """Return the instant at which the request arrived. Raise AttributeError if it was not set before."""
    return cast("TimedRequest", request).moment
