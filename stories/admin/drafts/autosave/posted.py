"""Parse the values that an autosaved form submits: its text, window, sequence number and base revision."""

from typing import cast
from uuid import UUID

from django.http import QueryDict

from newsroom.accounts.models import User
from newsroom.http.converters import parse_number
from stories.admin.drafts.short_references import resolve_values
from stories.workflow.autosave import LARGEST_SEQUENCE, Pairs

MAX_SEQUENCE_DIGITS = 16


def parse_sequence(text: str | None) -> int | None:
    """Return the sequence number in a request, or None if it is invalid or too large."""
    number = parse_number(text or "", digits=MAX_SEQUENCE_DIGITS)
    return number if number is not None and number <= LARGEST_SEQUENCE else None


def parse_revision_number(text: str | None) -> int:
    """Return the number of the base revision, or 0 if it is invalid."""
    number = parse_sequence(text) or 0
    return number if number < 2**31 else 0


def parse_window(text: str | None) -> UUID | None:
    """Return the UUID of the window, or None if it is invalid."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_values(posted: QueryDict, *, by: User) -> Pairs:
    """Return the values of the form, without the CSRF token and the fields that describe the request itself.

    Short references are resolved where possible, so that the text means the same when it is restored, whatever was
    renamed in the meantime, and whichever release restores it.
    """
    resolved = resolve_values(cast("dict[str, str]", posted.dict()), by=by).texts
    names = [name for name in posted if not name.startswith("_") and name != "csrfmiddlewaretoken"]
    return [(name, resolved.get(name, value)) for name in names for value in posted.getlist(name)]


def make_querydict(values: Pairs) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, value in values:
        posted.appendlist(name, value)
    return posted
