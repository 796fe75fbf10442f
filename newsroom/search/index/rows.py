"""The database rows of an entry."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from newsroom.http.languages import primary_subtag
from newsroom.search.backends import get_backend
from newsroom.search.index.entries import AnalysedEntry, Entry
from newsroom.search.index.keys import BEGINNING, find_free_keys, next_entity_keys
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
    while True:
        keys = _keys_for(entries)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                backend.write(
                    cursor,
                    [
                        (
                            _document(key, entry),
                            analysed.tokens,
                            analysed.section_tokens if backend.HAS_SECTION_TOKENS else (),
                        )
                        for key, entry, analysed in zip(keys, entries, analysed_entries, strict=True)
                    ],
                )
        except IntegrityError:
            # If another transaction has used a key in the meantime, try again with other keys.
            if not SearchDocument.objects.filter(pk__in=keys).exists():
                raise
        else:
            return keys


def _keys_for(entries: Sequence[Entry]) -> list[int]:
    dated = [(entry.updated_at, entry.uid) for entry in entries if entry.updated_at is not None]
    pages = iter(find_free_keys([moment for moment, _ in dated], [uid for _, uid in dated]) if dated else ())
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
