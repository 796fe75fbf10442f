"""Building blocks for the queues on the home page of the desk, and ages as text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto

from django.utils import timezone

MAX_ENTRIES = 6
# The tones of an entry, used as CSS classes: the entry is overdue, or the user has to act on it.
OVERDUE, OWN = "overdue", "is-own"


class QueueName(StrEnum):
    """The name by which code identifies a queue. It is not shown, so titles can change independently."""

    WAITING_FOR_USER = auto()
    RETURNED = auto()
    IN_REVIEW = auto()
    OVERDUE = auto()
    DUE_FOR_REVIEW = auto()
    PROPOSED_NAMES = auto()
    READER_REPORTS = auto()
    OWN_WORK = auto()
    APPROVED = auto()
    OVERRIDES = auto()
    SCHEDULED_EDITIONS = auto()
    DRAFTS = auto()
    CHANGED_WORKS = auto()
    LATEST_PUBLICATIONS = auto()
    FAILED_TASKS = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: a title with its age, time or state, and a link to the next step."""

    age: str
    title: str
    detail: str
    action_label: str
    address: str
    tone: str = ""


@dataclass(slots=True)
class Queue:
    """One queue on the home page.

    ``title`` is its heading. ``empty_text`` is shown if there are no entries. ``count`` is 0 if the entries were not
    counted.
    """

    name: QueueName
    title: str
    empty_text: str
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more_address: str = ""
    note: str = ""


def make_queue(
    name: QueueName, title: str, empty_text: str, entries: Sequence[Entry], *, more_address: str = ""
) -> Queue:
    """Return a queue that counts all ``entries`` and shows the first ``MAX_ENTRIES``.

    If there are more, the queue links to ``more_address``.
    """
    has_more = len(entries) > MAX_ENTRIES
    return Queue(name, title, empty_text, list(entries[:MAX_ENTRIES]), len(entries), more_address if has_more else "")


def format_age(since: datetime | None, at: datetime) -> str:
    """Return the time from ``since`` to ``at`` as text, such as “just now” or “5 h”, or “new” if ``since`` is None."""
    if since is None:
        return "new"
    minutes = int((at - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    return format_days((timezone.localdate(at) - timezone.localdate(since)).days)


def format_days(number: int) -> str:
    """Return an age in days as text. ``number`` must be at least 1."""
    return "yesterday" if number == 1 else f"{number} days"


def format_distance(day: date, at: datetime) -> str:
    """Return the distance from the day of ``at`` to ``day`` as text, such as “in 2 days”, or “2 days” for the past."""
    number = (day - timezone.localdate(at)).days
    if number < 0:
        return "1 day" if number == -1 else f"{-number} days"
    return {0: "today", 1: "tomorrow"}.get(number, f"in {number} days")
