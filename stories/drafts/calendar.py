"""The calendar of works by day: editions that begin, notices that end pages, and review dates."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import MINYEAR, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from stories.drafts.publication_status import get_title
from stories.drafts.queues import list_due_for_review
from stories.models import Change, Edition, EditionKind

# The days that both databases can store and every time zone can convert.
FIRST, LAST = date(MINYEAR + 1, 1, 1), date(8999, 12, 31)
MOST_ENTRIES = 500
GOES_LIVE, UPDATE, EXPIRY, REVIEW_DUE = "live", "update", "expiry", "review-due"
WORDS = {GOES_LIVE: "goes live", UPDATE: "update", EXPIRY: "ends", REVIEW_DUE: "look again"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the calendar; ``what`` is a key of WORDS, and ``waits`` is true if it has not happened yet.

    Entries for review dates have neither a time (``at``) nor an edition.
    """

    what: str
    day: date
    at: datetime | None
    title: str
    detail: str
    work: Any
    edition: Edition | None
    waits: bool

    @property
    def words(self) -> str:
        """What happens, in words."""
        return WORDS[self.what]

    @property
    def key(self) -> str:
        """The key by which a user moves the entry to another day."""
        return f"edition-{self.edition.pk}" if self.edition else f"look-{self.work.pk}"


# How many entries of a day are shown at first.
SHOWN_AT_FIRST = 6


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    is_today: bool
    is_past: bool
    entries: tuple[Entry, ...]

    @property
    def foremost(self) -> tuple[Entry, ...]:
        """The entries shown at first: those to come are preferred, in the order of the day."""
        first = sorted(self.entries, key=lambda entry: not entry.waits)[:SHOWN_AT_FIRST]
        return tuple(entry for entry in self.entries if entry in first)

    @property
    def more(self) -> int:
        """The number of entries that are not shown at first."""
        return max(len(self.entries) - SHOWN_AT_FIRST, 0)


def load_days(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> list[Day]:
    """Return each day from ``begin`` until just before ``end`` with its entries for works of these kinds.

    Days begin and end at midnight in the newsroom's time zone; ``at`` decides what is past. Take three queries.
    """
    today = timezone.localdate(at)
    by_day: dict[date, list[Entry]] = {}
    for entry in (*_editions(begin, end, at=at, kinds=kinds), *_looks(begin, end, at=at, kinds=kinds)):
        by_day.setdefault(entry.day, []).append(entry)
    return [
        Day(day, day == today, day < today, tuple(by_day.get(day, ())))
        for day in (begin + timedelta(days=number) for number in range((end - begin).days))
    ]


def get_day_start(day: date) -> datetime:
    """Return the first moment of a day in the newsroom's time zone, even if its clocks skip midnight on that day."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _editions(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> Iterable[Entry]:
    found = Edition.objects.spanning().beginning(get_day_start(begin), get_day_start(end)).of_kinds(kinds)
    rows = found.select_related("work", "revision", "bundle").defer("fragments", "revision__document")
    for edition in rows.order_by("live_from", "pk")[:MOST_ENTRIES]:
        waits = edition.is_scheduled and edition.live_from > at
        yield Entry(
            _what(edition), timezone.localdate(edition.live_from), edition.live_from, edition.title, _detail(edition),
            edition.work, edition, waits,
        )  # fmt: skip


def _looks(begin: date, end: date, *, at: datetime, kinds: Collection[str]) -> Iterable[Entry]:
    for work in list_due_for_review(until=end - timedelta(days=1), since=begin, at=at, kinds=kinds, limit=MOST_ENTRIES):
        whose = f"of {work.owner}" if work.owner else "of nobody"
        yield Entry(REVIEW_DUE, work.review_by, None, get_title(work), whose, work, None, waits=True)


def _what(edition: Edition) -> str:
    if edition.kind == EditionKind.NOTICE:
        return EXPIRY
    return GOES_LIVE if edition.change in {Change.FIRST, Change.RETURN} else UPDATE


def _detail(edition: Edition) -> str:
    if edition.bundle:
        return f"with the bundle “{edition.bundle}”"
    is_plain = edition.change in {Change.FIRST, Change.UPDATE, Change.EXPIRY}
    return "" if is_plain else str(Change(edition.change).label).lower()
