"""What a form sends along with what was typed: which window it is, which of its sendings, whose text."""

from uuid import UUID

from django.http import QueryDict

from newsroom.http.converters import parse_number
from stories.workflow.autosave import LARGEST_SEQUENCE, Pairs

LONGEST_NUMBER = 16


def sequence_in(text: str | None) -> int | None:
    """Return the number that a request names, None where it names none that a slot could have."""
    number = parse_number(text or "", digits=LONGEST_NUMBER)
    return number if number is not None and number <= LARGEST_SEQUENCE else None


def revision_in(text: str | None) -> int:
    """Return the revision that a request says it started from, 0 where it names none that could be."""
    number = sequence_in(text) or 0
    return number if number < 2**31 else 0


def window_in(text: str | None) -> UUID | None:
    """Return the window that a request names, None where it names none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def values_in(posted: QueryDict) -> Pairs:
    """Return what was typed: without the token, and without what is said about the sending itself."""
    names = [name for name in posted if not name.startswith("_") and name != "csrfmiddlewaretoken"]
    return [(name, value) for name in names for value in posted.getlist(name)]


def as_posted(values: Pairs) -> QueryDict:
    """Return what was typed as a request would carry it."""
    posted = QueryDict(mutable=True)
    for name, value in values:
        posted.appendlist(name, value)
    return posted
