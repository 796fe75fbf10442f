"""The calendar of works: editions and notices that go live, review dates, and the days of forecasts, by day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import MINYEAR, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from stories.drafts.publication_status import get_title
from stories.drafts.queues import list_due_for_review
from stories.models import Change, Edition, EditionForecast, EditionKind, WorkKind

# The range of days that both databases can store and that can be converted to every time zone.
FIRST, LAST = date(MINYEAR + 1, 1, 1), date(8999, 12, 31)
_MAX_ENTRIES = 500
_GOES_LIVE, _UPDATE, _EXPIRY = "live", "update", "expiry"
_REVIEW_DUE, _FORECAST_DUE = "review-due", "forecast-due"
_LABELS = {
    _GOES_LIVE: "goes live",
    _UPDATE: "update",
    _EXPIRY: "page ends",
    _REVIEW_DUE: "fact check",
    _FORECAST_DUE: "forecast due",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in the calendar; ``kind`` is a key of ``_LABELS``.

    ``is_ahead`` is true for pending schedules, and for all review dates and open forecasts, even those that have passed.
    Their entries have neither a time (``at``) nor an edition.
    """

    kind: str
    day: date
    at: datetime | None
    title: str
    detail: str
    work: Any
    edition: Edition | None
    is_ahead: bool

    @property
    def label(self) -> str:
        """The label of the entry's kind."""
        return _LABELS[self.kind]

    @property
    def key(self) -> str:
        """The key that identifies the entry when a user moves it to another day."""
        return f"edition-{self.edition.pk}" if self.edition else f"look-{self.work.pk}"


# The number of entries of a day that are shown before the user expands it.
_MAX_SHOWN_ENTRIES = 6


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    is_today: bool
    is_past: bool
    entries: tuple[Entry, ...]

    @property
    def shown_entries(self) -> tuple[Entry, ...]:
        """The entries shown before the user expands the day, in order. Entries that are ahead are preferred."""
        first = sorted(self.entries, key=lambda entry: not entry.is_ahead)[:_MAX_SHOWN_ENTRIES]
        return tuple(entry for entry in self.entries if entry in first)

    @property
    def hidden_count(self) -> int:
        """The number of entries that are hidden until the user expands the day."""
        return max(len(self.entries) - _MAX_SHOWN_ENTRIES, 0)


def load_days(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> list[Day]:
    """Return each day from ``begin`` to the day before ``end``, with its entries for works of these kinds.

    Days begin at midnight in the newsroom's time zone. At most ``_MAX_ENTRIES`` each of editions, review dates
    and forecasts are included. This takes at most four queries.
    """
    today = timezone.localdate(at)
    by_day: dict[date, list[Entry]] = {}
    editions = _iter_edition_entries(begin, end, at=at, kinds=kinds)
    review_dates = _iter_review_date_entries(begin, end, at=at, kinds=kinds)
    forecasts = _iter_forecast_entries(begin, end, at=at) if WorkKind.STORY in kinds else ()
    for entry in (*editions, *review_dates, *forecasts):
        by_day.setdefault(entry.day, []).append(entry)
    return [
        Day(day, day == today, day < today, tuple(by_day.get(day, ())))
        for day in (begin + timedelta(days=number) for number in range((end - begin).days))
    ]


def get_day_start(day: date) -> datetime:
    """Return the first moment of a day in the newsroom's time zone, even on a day without midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _iter_edition_entries(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> Iterable[Entry]:
    editions = (
        Edition.objects.without_cancelled().starting_between(get_day_start(begin), get_day_start(end)).of_kinds(kinds)
    )
    rows = editions.select_related("work", "revision", "bundle").defer("fragments", "revision__document")
    for edition in rows.order_by("live_from", "pk")[:_MAX_ENTRIES]:
        yield Entry(
            kind=_get_kind(edition),
            day=timezone.localdate(edition.live_from),
            at=edition.live_from,
            title=edition.title or get_title(edition.work),
            detail=_get_detail(edition),
            work=edition.work,
            edition=edition,
            is_ahead=edition.is_scheduled and edition.live_from > at,
        )


def _iter_review_date_entries(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> Iterable[Entry]:
    last = end - timedelta(days=1)
    for work in list_due_for_review(until=last, since=begin, at=at, kinds=kinds, limit=_MAX_ENTRIES):
        detail = f"owner: {work.owner}" if work.owner else "no owner"
        yield Entry(_REVIEW_DUE, work.review_by, None, get_title(work), detail, work, None, is_ahead=True)


def _iter_forecast_entries(begin: date, end: date, *, at: datetime) -> Iterable[Entry]:
    rows = EditionForecast.objects.open_at(at).filter(due_on__gte=begin, due_on__lt=end)
    editions = rows.select_related("edition__work").defer("edition__fragments")
    for row in editions.order_by("due_on", "pk")[:_MAX_ENTRIES]:
        title, work = row.edition.title, row.edition.work
        yield Entry(_FORECAST_DUE, row.due_on, None, title, f"by {row.speaker}", work, None, is_ahead=True)


def _get_kind(edition: Edition) -> str:
    if edition.kind == EditionKind.NOTICE:
        return _EXPIRY
    return _GOES_LIVE if edition.change in {Change.FIRST, Change.RETURN} else _UPDATE


def _get_detail(edition: Edition) -> str:
    if edition.bundle:
        return f"in the bundle “{edition.bundle}”"
    is_ordinary = edition.change in {Change.FIRST, Change.UPDATE, Change.EXPIRY}
    return "" if is_ordinary else str(Change(edition.change).label).lower()
