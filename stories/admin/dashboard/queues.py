"""Building blocks of the queues on the home of the desk, and ages in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

SHOWN_ENTRIES = 6
# Tones of an entry, which are classes in the style sheet: it is late, or it waits for this user.
OVERDUE, OWN = "overdue", "is-own"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: its age, its title, and the step to take."""

    age: str
    thing: str
    detail: str
    step: str
    address: str
    tone: str = ""


@dataclass(slots=True)
class Queue:
    """One queue of the home; ``empty`` is the text without entries, and ``count`` is 0 if they were not counted."""

    title: str
    empty: str
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more: str = ""
    note: str = ""


def make_queue(title: str, empty: str, entries: Sequence[Entry], *, more: str = "") -> Queue:
    """Return a queue of all ``entries``, which shows the first ``SHOWN`` of them and links to the rest at ``more``."""
    return Queue(
        title, empty, list(entries[:SHOWN_ENTRIES]), len(entries), more if len(entries) > SHOWN_ENTRIES else ""
    )


def format_age(since: datetime | None, at: datetime) -> str:
    """Return the time from ``since`` to ``at`` in words, in minutes, hours or days; “new” if ``since`` is None."""
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
    """Return a number of past days in words."""
    return "yesterday" if number == 1 else f"{number} days"


def format_distance(day: date, at: datetime) -> str:
    """Return the distance of ``day`` from the day of ``at`` in words."""
    number = (day - timezone.localdate(at)).days
    if number < 0:
        return "1 day" if number == -1 else f"{-number} days"
    return {0: "today", 1: "tomorrow"}.get(number, f"in {number} days")
