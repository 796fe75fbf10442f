"""Asks the index of words which of what readers can read at a moment holds something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection

from newsroom.search.analysis import STEMMERS
from newsroom.search.backends import words_index
from newsroom.search.index.keys import key_at, moment_of
from newsroom.search.index.tokens import span_tags
from newsroom.search.query.conditions import EVERYTHING, OF_NAMES, IndexQuery, Span

_LIVE = 'd."live_from" <= %s AND d."live_until" > %s'
# A topic or an outlet is there for readers as long as something is that names it.
# Asked as a value, so that no database makes a list of all that is named.
_NAMED = """(
    SELECT 1 FROM "search_mention" AS m WHERE m."uid" = d."uid" AND m."page_kind" IN ('story', 'question')
    AND m."live_from" <= %s AND m."live_until" > %s LIMIT 1
) IS NOT NULL"""
_PAGES = f'{_LIVE} AND d."edition" IS NOT NULL'
_ANYTHING = f'{_LIVE} AND (d."edition" IS NOT NULL OR {_NAMED})'

# What is looked at first where nobody has asked how many pages there are.
LATELY = timedelta(days=90)
# No more than there are tags for, whatever was asked.
LONGEST = timedelta(days=900)
# SQLite takes 500 questions together.
TOGETHER = 100

type Statement = tuple[str, list[Any]]  # SQL and its values


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to be found at a moment.

    ``languages`` are those that have rules of their own and in which a page can be read; ``since`` is when the last of
    the newest pages was updated, of as many as the database looks at before all others: None where there are no more.
    """

    languages: tuple[str, ...]
    since: datetime | None


def overview(*, at: datetime) -> Overview:
    """Return what there is to be found at ``at``. One query."""
    # From each language on the next one is looked up: only those that there are cost anything.
    statement = f"""WITH RECURSIVE codes(code) AS (
        SELECT min("language") FROM "search_searchdocument"
        UNION ALL
        SELECT (SELECT min(d."language") FROM "search_searchdocument" AS d WHERE d."language" > codes.code)
        FROM codes WHERE codes.code IS NOT NULL
    ) SELECT code, NULL FROM codes WHERE code IS NOT NULL AND EXISTS (
        SELECT 1 FROM "search_searchdocument" AS d WHERE d."language" = code AND {_LIVE}
    ) UNION ALL SELECT NULL, {words_index().looked_at_first(key_at(at))}"""  # noqa: S608 -- words of our own
    found = rows(statement, [adapted(at)] * 2)
    return Overview(
        languages=tuple(sorted(code for code, _ in found if code in STEMMERS)),
        since=next((moment_of(key) for code, key in found if code is None and key is not None), None),
    )


def pages(
    question: IndexQuery, *, at: datetime, limit: int, since: datetime | None, span: Span = EVERYTHING
) -> Statement:
    """Return what asks for the keys of pages that answer the question and can be read at ``at``, the newest first.

    Those updated from ``since`` on are looked at before all others, where it is given.
    """
    if since:
        end = at if span[1] > key_at(at) else moment_of(span[1]) or at
        begin = max(since if since < end else end - LATELY, end - LONGEST, moment_of(span[0]) or since)
        question = replace(question, lately=tuple(span_tags(begin, end)))
    statement, values = words_index().newest(question, _PAGES, [adapted(at)] * 2, span, limit)
    return statement, values


def names(question: IndexQuery, *, at: datetime, limit: int) -> Statement:
    """Return what asks for the keys of topics and outlets that answer the question and are named at ``at``.

    The question says that it is of these kinds alone.
    """
    # SQLite goes by the keys anyway; PostgreSQL would go by them instead of by the words.
    span = OF_NAMES if connection.vendor == "sqlite" else EVERYTHING
    moments = [adapted(at)] * 2
    statement, values = words_index().newest(question, _LIVE, moments, span, limit, then=(_NAMED, moments))
    return statement, values


def newest_pages(question: IndexQuery, *, at: datetime, limit: int, since: datetime | None) -> list[int]:
    """Return the keys of pages that answer the question and can be read at ``at``, the newest first. One query."""
    return [key for (key,) in rows(*pages(question, at=at, limit=limit, since=since))]


def newest_of_each(questions: Sequence[IndexQuery], *, at: datetime, limit: int) -> set[int]:
    """Return the keys of editions that answer one of the questions and can be read at ``at``, of each the newest.

    One query for each TOGETHER of them.
    """
    found: set[int] = set()
    for some in batched(questions, TOGETHER):
        statements = [pages(question, at=at, limit=limit, since=at - LATELY) for question in some]
        keys = " UNION ".join(f'SELECT "id" FROM ({statement}) AS found' for statement, _ in statements)  # noqa: S608 -- words of our own
        values = [value for _, given in statements for value in given]
        named = f'SELECT "edition" FROM "search_searchdocument" WHERE "id" IN ({keys})'  # noqa: S608 -- as above
        found |= {edition for (edition,) in rows(named, values)}
    return found


def numbers(questions: Mapping[str, IndexQuery], *, at: datetime, limit: int) -> dict[str, int]:
    """Return for each question how much that can be read at ``at`` answers it, counted up to ``limit``. One query."""
    counts, together = [], []
    for number, question in enumerate(questions.values()):
        statement, values = words_index().newest(question, _ANYTHING, [adapted(at)] * 4, EVERYTHING, limit)
        counts.append(f"SELECT {number}, count(*) FROM ({statement}) AS found")  # noqa: S608 -- words of our own
        together += values
    found = dict(rows(" UNION ALL ".join(counts), together)) if counts else {}
    return {name: found[number] for number, name in enumerate(questions)}


def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return what a statement says."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def adapted(moment: datetime) -> str | datetime | None:
    """Return a moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def adapted_uid(uid: UUID) -> str | UUID:
    """Return a uid as the database keeps it."""
    return uid if connection.features.has_native_uuid_field else uid.hex
