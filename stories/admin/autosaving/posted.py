"""What a form sends along with what was typed: which window it is, which of its sendings, whose text."""

from uuid import UUID

from django.http import QueryDict

from stories.autosaving import LARGEST_SEQUENCE, Pairs

LONGEST_NUMBER = 16


def number_in(text: str | None) -> int | None:
    """Return the number that a request names, None where it names none that a slot could have."""
    if not text or not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_NUMBER:
        return None
    return int(text) if int(text) <= LARGEST_SEQUENCE else None


def revision_in(text: str | None) -> int:
    """Return the revision that a request says it started from, 0 where it names none that could be."""
    number = number_in(text) or 0
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
