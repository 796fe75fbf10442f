"""Read when the licence of an image ends, from words such as “Agency, until 30 June 2027”."""

import re
from datetime import date

_UNTIL = re.compile(r"\buntil (?:(?:(\d{1,2}) )?([a-z]+) )?(\d{4})\b", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def has_expired(licence: str, *, on: date) -> bool:
    """Return whether a licence says that it ended before ``on``. A year or month without a day includes its last day."""
    match = _UNTIL.search(licence)
    if match is None:
        return False
    day, month, year = match.groups()
    last = (int(year), _MONTHS.index(month.lower()) + 1 if month and month.lower() in _MONTHS else 12, int(day or 31))
    return last < (on.year, on.month, on.day)
