"""The week on the home page of the desk: one line with the counts of each day, and the next publication."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.template.defaultfilters import date as format_date
from django.utils import timezone

from stories.admin.calendar.views import week_bounds
from stories.drafts import calendar
from stories.models import Change, Edition, EditionKind

# What is counted, in the order of a sentence.
PAST = ("published", "updated", "corrected", "withdrawn")
AHEAD = ("scheduled", "ends", "fact check", "forecast due")
_PLURALS = {"fact check": "fact checks", "forecast due": "forecasts due"}


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One day of the week. ``words`` counts its entries, such as “2 published, 1 scheduled”."""

    date: date
    is_today: bool
    words: str


@dataclass(frozen=True, slots=True)
class NextPublication:
    """The next scheduled page, with its time as text, such as “today, 19:00”."""

    edition: Edition
    time: str


@dataclass(frozen=True, slots=True)
class Week:
    """The days from Monday to Sunday. ``words`` counts what was published so far."""

    days: list[DayCounts]
    words: str
    next_publication: NextPublication | None


def load_week(*, at: datetime, kinds: Collection[str], pending: Sequence[Edition]) -> Week:
    """Return the week of ``at``. ``pending`` are the pending schedules in chronological order."""
    begin, end = week_bounds(timezone.localdate(at))
    days = calendar.load_days(begin, end, at=at, kinds=kinds)
    past = [entry for day in days for entry in day.entries if not entry.is_ahead]
    upcoming = next((each for each in pending if each.kind == EditionKind.PAGE), None)
    return Week(
        [DayCounts(day.date, day.is_today, count_entries(day.entries)) for day in days],
        count_entries(past),
        NextPublication(upcoming, _format_day_and_time(upcoming.live_from, at)) if upcoming else None,
    )


def count_entries(entries: Iterable[calendar.Entry]) -> str:
    """Return the entries counted by what happens, or an empty string if there are none."""
    counts = Counter(_describe(entry) for entry in entries)
    return ", ".join(_format_count(counts[each], each) for each in (*PAST, *AHEAD) if counts[each])


def _describe(entry: calendar.Entry) -> str:
    if entry.edition is None:
        return entry.label
    if entry.edition.kind == EditionKind.NOTICE:
        return "ends" if entry.is_ahead else "withdrawn"
    if entry.is_ahead:
        return "scheduled"
    if entry.edition.change == Change.CORRECTION:
        return "corrected"
    return "published" if entry.edition.change in {Change.FIRST, Change.RETURN} else "updated"


def _format_count(number: int, what: str) -> str:
    return f"{number} {_PLURALS.get(what, what) if number > 1 else what}"


def _format_day_and_time(moment: datetime, at: datetime) -> str:
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate(at)).days
    day = {0: "today", 1: "tomorrow"}.get(days, format_date(local, "l, j F"))
    return f"{day}, {format_date(local, 'H:i')}"
