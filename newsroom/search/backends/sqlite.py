"""The full-text index on SQLite: an FTS5 table beside the documents."""

import json
from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    ALL_KEYS,
    ALWAYS_TRUE,
    ENTITY_KEYS,
    Alternatives,
    Condition,
    IndexQuery,
    Span,
)

CONTAINS = "instr"
# The rows of "once" with their documents and wordings.
FOUND = (
    '"once" CROSS JOIN "search_searchdocument" AS d CROSS JOIN "search_wording" AS w'
    ' WHERE d."id" = "once"."id" AND w."id" = "once"."id"'
)


def write(cursor: CursorWrapper, documents: Sequence[tuple[SearchDocument, Sequence[str]]]) -> None:
    """Insert documents with their tokens."""
    SearchDocument.objects.bulk_create([document for document, _ in documents])
    cursor.executemany(
        'INSERT INTO "search_index" (rowid, words) VALUES (%s, %s)',
        [(document.pk, " ".join(tokens)) for document, tokens in documents],
    )


def remove(cursor: CursorWrapper, keys: Sequence[int]) -> None:
    """Delete the tokens of documents."""
    cursor.execute('DELETE FROM "search_index" WHERE rowid IN (SELECT value FROM json_each(%s))', [json.dumps(keys)])


def holders(cursor: CursorWrapper, tokens: Sequence[str]) -> dict[str, int]:
    """Return for each token the key of the newest document that contains it; tokens without one are left out."""
    cursor.execute(
        """SELECT value, (
            SELECT rowid FROM "search_index" WHERE "search_index" MATCH '"' || value || '"' ORDER BY rowid DESC LIMIT 1
        ) AS holder FROM json_each(%s) WHERE holder IS NOT NULL""",
        [json.dumps(tokens)],
    )
    return dict(cursor.fetchall())


def unlearned(cursor: CursorWrapper, words: Sequence[str]) -> list[str]:
    """Return those words whose spelling is not stored yet."""
    cursor.execute(
        'SELECT value FROM json_each(%s) WHERE value NOT IN (SELECT "word" FROM "search_speltword")',
        [json.dumps(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def learn(cursor: CursorWrapper, words: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> None:
    """Store words, each with a document that contains it, and the keys of their spellings, each with its word."""
    cursor.executemany('INSERT OR IGNORE INTO "search_speltword" ("word", "document") VALUES (%s, %s)', words)
    cursor.executemany('INSERT OR IGNORE INTO "search_spelling" ("key", "word") VALUES (%s, %s)', pairs)


def rename(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Replace a token by another one in these documents."""
    statement = 'UPDATE "search_index" SET words = replace(words, %s, %s) WHERE rowid = %s'
    cursor.executemany(statement, [[old, new, key] for key in keys])


def settle(cursor: CursorWrapper) -> None:
    """Rebuild the index, so that no word of a deleted document remains in the database file."""
    # "optimize" is faster, but may leave words of deleted rows.
    cursor.execute("""INSERT INTO "search_index" ("search_index") VALUES ('rebuild')""")


def empty(cursor: CursorWrapper) -> None:
    """Delete all tokens of all documents."""
    cursor.execute('DELETE FROM "search_index"')


def newest(
    question: IndexQuery,
    where: str,
    values: Sequence[object],
    span: Span,
    limit: int,
    *,
    then: Condition = ALWAYS_TRUE,
) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys in ``span`` of documents ``d`` that match the query, newest first.

    ``where`` is a further condition in SQL, with its ``values``. ``then`` is a condition that is evaluated only until
    there are enough documents. Topics and outlets, which have the smallest keys, come in ascending order.
    """
    # FTS5 reads rows in the order of their keys: the newest are found at once, however many there are.
    order = "ASC" if span == ENTITY_KEYS else "DESC"
    within = (
        "" if span == ALL_KEYS else f'"search_index"."rowid" >= {span[0]} AND "search_index"."rowid" < {span[1]} AND '
    )
    statement = (
        'SELECT d."id" FROM "search_index" CROSS JOIN "search_searchdocument" AS d ON d."id" = "search_index"."rowid"'  # noqa: S608 -- conditions of our own
        f' WHERE {within} "search_index" MATCH %s AND {where} AND {then[0]} ORDER BY "search_index"."rowid" {order} LIMIT {limit}'
    )
    return statement, [_expression(question), *values, *then[1]]


def looked_at_first(until: int) -> str:
    """Return SQL for NULL: rows are read newest first, so no pages are searched before others."""
    return "NULL"


def answering(questions: Sequence[IndexQuery], keys: Sequence[int]) -> tuple[str, list[object]]:
    """Return SQL, with its values, for pairs: the position of a query in ``questions``, and a key that matches it.

    The result contains all pairs with one of ``keys``, and others with keys that lie between them.
    """
    statement = " UNION ALL ".join(
        f'SELECT {number}, rowid FROM "search_index" WHERE "search_index" MATCH %s AND rowid BETWEEN {min(keys)} AND {max(keys)}'  # noqa: S608 -- numbers of our own
        for number, _ in enumerate(questions)
    )
    return statement, [_expression(question) for question in questions]


def _expression(question: IndexQuery) -> str:
    parts = [_any(alternatives) for alternatives in question.every]
    if question.prefix:
        parts.append(f'"{question.prefix}" *')
    wanted = " AND ".join(parts)
    if question.none:
        wanted = f"({wanted}) NOT ({' OR '.join(map(_any, question.none))})"
    return wanted


def _any(alternatives: Alternatives) -> str:
    return f"({' OR '.join(f'"{" ".join(phrase)}"' for phrase in alternatives)})"
