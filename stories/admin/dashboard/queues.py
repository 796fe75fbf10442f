"""Building blocks for the queues on the home page of the desk, and ages as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from django.utils import timezone

MAX_ENTRIES = 5
# The tones of an entry, used as CSS classes: the entry is overdue, or the user has to act on it.
OVERDUE, OWN = "overdue", "is-own"


class QueueName(StrEnum):
    """The name by which code identifies a queue. It is not shown, so titles can change independently."""

    WAITING_FOR_USER = auto()
    IN_REVIEW = auto()
    EXPIRING_ANSWERS = auto()
    DUE_FOR_REVIEW = auto()
    DUE_FORECASTS = auto()
    PROPOSED_NAMES = auto()
    READER_REPORTS = auto()
    OWN_WORK = auto()
    APPROVED = auto()
    OVERRIDES = auto()
    SCHEDULED_EDITIONS = auto()
    LATEST_PUBLICATIONS = auto()
    FAILED_TASKS = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: a title with its age, time or state, and a link to the next step.

    The title links to ``page``, or to the next step if that is empty. ``work`` is the primary key of the work whose page
    the entry is about, for entries that show a page once. ``renewal`` is the form by which an answer is renewed in place.
    """

    age: str
    title: str
    detail: str
    action_label: str
    address: str
    tone: str = ""
    page: str = ""
    work: int | None = None
    renewal: Any = None


@dataclass(slots=True)
class Queue:
    """One queue on the home page; ``title`` is its heading.

    ``total`` is the number of entries if ``entries`` are only the first of them. If more entries than shown exist, the
    queue links to ``more_address``. ``is_open`` is true if the user asked for all its entries.
    ``is_counted`` is false if the queue is a sample of a longer list. ``counts`` are the label, the number and the list
    of each count beside the title, instead of one number. ``empty_words`` is said while there are no entries. ``empty_parts`` names what the queue lists beside other
    entries, if there is none of it.
    """

    name: QueueName
    title: str
    entries: list[Entry] = field(default_factory=list)
    total: int | None = None
    more_address: str = ""
    note: str = ""
    is_open: bool = False
    is_counted: bool = True
    empty_parts: tuple[str, ...] = ()
    counts: Sequence[tuple[str, int, str]] = ()
    empty_words: str = ""

    @property
    def count(self) -> int:
        """The number of entries, shown or not."""
        return len(self.entries) if self.total is None else self.total

    @property
    def shown_entries(self) -> list[Entry]:
        """The entries on the home page."""
        return self.entries if self.is_open else self.entries[:MAX_ENTRIES]

    @property
    def has_more(self) -> bool:
        """Whether to link to the rest."""
        return bool(self.more_address) and self.count > len(self.shown_entries)


def list_each_page_once(queues: Iterable[Queue]) -> None:
    """Remove each entry about a page that an earlier entry lists."""
    listed: set[int] = set()
    for queue in queues:
        kept = []
        for entry in queue.entries:
            if entry.work not in listed:
                kept.append(entry)
            if entry.work is not None:
                listed.add(entry.work)
        queue.entries = kept


def format_age(since: datetime | None, at: datetime) -> str:
    """Return the time from ``since`` to ``at`` as text, such as “5 hours ago”, or “new” if ``since`` is None."""
    if since is None:
        return "new"
    minutes = int((at - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{_count(minutes, 'minute')} ago"
    if minutes < 24 * 60:
        return f"{_count(minutes // 60, 'hour')} ago"
    days = (timezone.localdate(at) - timezone.localdate(since)).days
    return "yesterday" if days == 1 else f"{days} days ago"


def format_distance(day: date, at: datetime) -> str:
    """Return the distance from the day of ``at`` to ``day`` as text: “in 2 days”, or “2 days late” for the past."""
    number = (day - timezone.localdate(at)).days
    if number < 0:
        return f"{_count(-number, 'day')} late"
    return {0: "today", 1: "tomorrow"}.get(number, f"in {number} days")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
