"""The database rows of an entry."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from newsroom.http.languages import primary_subtag
from newsroom.search.backends import get_backend
from newsroom.search.index.entries import AnalysedEntry, Entry
from newsroom.search.index.keys import BEGINNING, find_free_keys, first_keys, next_entity_keys
from newsroom.search.models import SearchDocument

WORDING_FIELDS = (
    "id",
    "title_words",
    "title_size",
    "summary_words",
    "heading_words",
    "name_words",
    "topics",
    "outlets",
    "text",
)


def insert_documents(entries: Sequence[Entry], analysed_entries: Sequence[AnalysedEntry]) -> list[int]:
    """Insert a row for each entry, and return the keys of the rows."""
    backend = get_backend()
    keys = _choose_keys(entries, first_keys)
    unwritten = list(range(len(entries)))
    with connection.cursor() as cursor:
        while True:
            written = backend.write(
                cursor,
                [
                    (
                        _document(keys[number], entries[number]),
                        analysed_entries[number].tokens,
                        analysed_entries[number].section_tokens if backend.HAS_SECTION_TOKENS else (),
                    )
                    for number in unwritten
                ],
            )
            unwritten = [number for number in unwritten if keys[number] not in written]
            if not unwritten:
                return keys
            # Another row has the key, possibly since just now. Hence the next keys may be in use too.
            free = _choose_keys([entries[number] for number in unwritten], find_free_keys)
            for number, key in zip(unwritten, free, strict=True):
                keys[number] = key


def _choose_keys(
    entries: Sequence[Entry], choose: Callable[[Sequence[datetime], Sequence[UUID]], list[int]]
) -> list[int]:
    """Return a key for each entry: for pages those that ``choose`` returns for their times and uids."""
    dated = [(entry.updated_at, entry.uid) for entry in entries if entry.updated_at is not None]
    pages = iter(choose([moment for moment, _ in dated], [uid for _, uid in dated]) if dated else ())
    names = iter(next_entity_keys(len(entries) - len(dated)) if len(dated) < len(entries) else ())
    return [next(names if entry.updated_at is None else pages) for entry in entries]


def _document(key: int, entry: Entry) -> SearchDocument:
    return SearchDocument(
        id=key,
        kind=entry.kind,
        uid=entry.uid,
        edition=entry.edition,
        language=primary_subtag(entry.language),
        live_from=visible_from(entry),
        live_until=entry.live_until,
    )


def wording_values(key: int, entry: Entry, analysed: AnalysedEntry) -> tuple[object, ...]:
    """Return the words of an entry for ranking and display: the values of the fields in ``WORDING_FIELDS``."""
    return (
        key,
        analysed.title_words,
        analysed.title_size,
        analysed.summary_words,
        analysed.heading_words,
        analysed.name_words,
        " ".join(dict.fromkeys(uid.hex for uid in entry.topics)),
        " ".join(dict.fromkeys(uid.hex for uid in entry.outlets)),
        analysed.text,
    )


def visible_from(entry: Entry) -> datetime:
    """Return the time from which the entry can be found."""
    return entry.live_from or BEGINNING
