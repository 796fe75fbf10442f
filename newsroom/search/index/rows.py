"""The database rows of an entry."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from newsroom.http.languages import primary
from newsroom.search.backends import words_index
from newsroom.search.index.entries import Entry, Read
from newsroom.search.index.keys import BEGINNING, free_keys, next_names
from newsroom.search.models import SearchDocument

WORDING = (
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


def insert(entries: Sequence[Entry], reads: Sequence[Read]) -> list[int]:
    """Insert the documents, each under a key of its own; return the keys."""
    while True:
        keys = _keys_for(entries)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                words_index().write(
                    cursor,
                    [
                        (_document(key, entry), read.tokens)
                        for key, entry, read in zip(keys, entries, reads, strict=True)
                    ],
                )
        except IntegrityError:
            # Another transaction has taken a key meanwhile: try again with other keys.
            if not SearchDocument.objects.filter(pk__in=keys).exists():
                raise
        else:
            return keys


def _keys_for(entries: Sequence[Entry]) -> list[int]:
    dated = [(entry.updated_at, entry.uid) for entry in entries if entry.updated_at is not None]
    pages = iter(free_keys([moment for moment, _ in dated], [uid for _, uid in dated]) if dated else ())
    names = iter(next_names(len(entries) - len(dated)) if len(dated) < len(entries) else ())
    return [next(names if entry.updated_at is None else pages) for entry in entries]


def _document(key: int, entry: Entry) -> SearchDocument:
    return SearchDocument(
        id=key,
        kind=entry.kind,
        uid=entry.uid,
        edition=entry.edition,
        language=primary(entry.language),
        live_from=begin(entry),
        live_until=entry.live_until,
    )


def wording(key: int, entry: Entry, read: Read) -> tuple[object, ...]:
    """Return the words of an entry by which results are shown and ranked: the values of the fields in ``WORDING``."""
    return (
        key,
        read.title_words,
        read.title_size,
        read.summary_words,
        read.heading_words,
        read.name_words,
        " ".join(dict.fromkeys(uid.hex for uid in entry.topics)),
        " ".join(dict.fromkeys(uid.hex for uid in entry.outlets)),
        read.text,
    )


def begin(entry: Entry) -> datetime:
    """Return the time from which the entry can be found."""
    return entry.live_from or BEGINNING
