"""What a queue of the desk's home is made of: lines with an age, a thing and the step to take."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

SHOWN = 6
# How an age is told: what is late, and what waits for this very person.
LATE, MINE = "late", "mine"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: how long it has waited, what it is, and the step to take."""

    age: str
    thing: str
    detail: str
    step: str
    address: str
    tone: str = ""


@dataclass(slots=True)
class Queue:
    """One queue of the home; ``empty`` is said where nothing is in it. ``count`` is 0 where nobody counted."""

    title: str
    empty: str
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more: str = ""
    note: str = ""


def queue(title: str, empty: str, entries: Sequence[Entry], *, more: str = "") -> Queue:
    """Return a queue of all ``entries``, of which the first are shown, the rest by the way to ``more``."""
    return Queue(title, empty, list(entries[:SHOWN]), len(entries), more if len(entries) > SHOWN else "")


def age(since: datetime | None, at: datetime) -> str:
    """Return how long ago ``since`` was at ``at``, as people say it."""
    if since is None:
        return "new"
    minutes = int((at - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    return days((timezone.localdate(at) - timezone.localdate(since)).days)


def days(number: int) -> str:
    """Return a number of days that have passed, as people say it."""
    return "yesterday" if number == 1 else f"{number} days"


def until(day: date, at: datetime) -> str:
    """Return how far a day is from the day of ``at``, as people say it."""
    number = (day - timezone.localdate(at)).days
    if number < 0:
        return "1 day" if number == -1 else f"{-number} days"
    return {0: "today", 1: "tomorrow"}.get(number, f"in {number} days")
