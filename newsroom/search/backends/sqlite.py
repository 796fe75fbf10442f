"""The full-text index on SQLite: an FTS5 table in addition to the search documents."""

import json
from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from newsroom.search.index.tokens import truncate_tokens
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    ALL_KEYS,
    ALWAYS_TRUE,
    ENTITY_KEYS,
    Alternatives,
    Condition,
    IndexQuery,
    Span,
    StemmedQuery,
)

# Whether the index contains the words of sections.
HAS_SECTION_TOKENS = True
# The rows of the caller's common table expression "once" with their documents and wordings.
FOUND_ROWS_SQL = (
    '"once" CROSS JOIN "search_searchdocument" AS d CROSS JOIN "search_wording" AS w'
    ' WHERE d."id" = "once"."id" AND w."id" = "once"."id"'
)


def write(cursor: CursorWrapper, documents: Sequence[tuple[SearchDocument, Sequence[str], Sequence[str]]]) -> set[int]:
    """Insert documents with their tokens, including those of their sections. Return the keys of the new rows.

    Documents whose key is in use are left out.
    """
    in_use = set(
        SearchDocument.objects.filter(pk__in=[document.pk for document, *_ in documents]).values_list("pk", flat=True)
    )
    new = [each for each in documents if each[0].pk not in in_use]
    SearchDocument.objects.bulk_create([document for document, *_ in new])
    cursor.executemany(
        'INSERT INTO "search_index" (rowid, words) VALUES (%s, %s)',
        [
            (document.pk, " ".join(truncate_tokens([*tokens, *section_tokens])))
            for document, tokens, section_tokens in new
        ],
    )
    return {document.pk for document, *_ in new}


def remove(cursor: CursorWrapper, keys: Sequence[int]) -> None:
    """Delete the tokens of documents."""
    cursor.execute('DELETE FROM "search_index" WHERE rowid IN (SELECT value FROM json_each(%s))', [json.dumps(keys)])


def find_newest_documents(cursor: CursorWrapper, tokens: Sequence[str]) -> dict[str, int]:
    """Return, for each token, the key of the newest document that contains it.

    Tokens that no document contains are left out.
    """
    cursor.execute(
        """SELECT value, (
            SELECT rowid FROM "search_index" WHERE "search_index" MATCH '"' || value || '"' ORDER BY rowid DESC LIMIT 1
        ) AS holder FROM json_each(%s) WHERE holder IS NOT NULL""",
        [json.dumps(tokens)],
    )
    return dict(cursor.fetchall())


def list_unknown_words(cursor: CursorWrapper, words: Sequence[str]) -> list[str]:
    """Return the words whose spelling is not yet stored."""
    cursor.execute(
        'SELECT value FROM json_each(%s) WHERE value NOT IN (SELECT "word" FROM "search_speltword")',
        [json.dumps(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def store_spellings(cursor: CursorWrapper, words: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> None:
    """Store words, each with the key of a document that contains it, and spelling keys, each with its word.

    Words and keys that are already stored remain unchanged.
    """
    cursor.executemany('INSERT OR IGNORE INTO "search_speltword" ("word", "document") VALUES (%s, %s)', words)
    cursor.executemany('INSERT OR IGNORE INTO "search_spelling" ("key", "word") VALUES (%s, %s)', pairs)


def replace_token(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Replace one token with another in these documents."""
    statement = 'UPDATE "search_index" SET words = replace(words, %s, %s) WHERE rowid = %s'
    cursor.executemany(statement, [[old, new, key] for key in keys])


def purge_deleted_words(cursor: CursorWrapper) -> None:
    """Rebuild the index, so that it contains no words of deleted documents.

    These words remain in unused pages of the file until VACUUM is run.
    """
    # "optimize" is faster, but may leave words of deleted rows behind.
    cursor.execute("""INSERT INTO "search_index" ("search_index") VALUES ('rebuild')""")


def clear(cursor: CursorWrapper) -> None:
    """Delete the tokens of all documents."""
    cursor.execute('DELETE FROM "search_index"')


def newest_matches_sql(
    query: IndexQuery,
    where: str,
    values: Sequence[object],
    span: Span,
    limit: int,
    *,
    late_condition: Condition = ALWAYS_TRUE,
) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys of the documents in ``span`` that match the query, newest first.

    ``where`` is a further SQL condition on the document ``d``, with its ``values``. ``late_condition`` is evaluated
    only until there are enough documents. If ``span`` is ``ENTITY_KEYS``, that is, only topics and outlets, the keys
    are in ascending order instead.
    """
    # FTS5 reads rows in key order, so the newest are found immediately, however many rows match.
    order = "ASC" if span == ENTITY_KEYS else "DESC"
    span_condition = (
        "" if span == ALL_KEYS else f'"search_index"."rowid" >= {span[0]} AND "search_index"."rowid" < {span[1]} AND '
    )
    statement = (
        'SELECT d."id" FROM "search_index" CROSS JOIN "search_searchdocument" AS d ON d."id" = "search_index"."rowid"'  # noqa: S608 -- no user input
        f' WHERE {span_condition} "search_index" MATCH %s AND {where} AND {late_condition[0]} ORDER BY "search_index"."rowid" {order} LIMIT {limit}'
    )
    return statement, [_expression(query), *values, *late_condition[1]]


def first_pass_key_sql(until: int) -> tuple[str, list[int]]:
    """Return SQL for NULL, without values: rows are read newest first, so there is no first pass."""
    return "NULL", []


def find_in_sections(
    cursor: CursorWrapper, stemmed: StemmedQuery, kinds: Sequence[str], keys: Sequence[int]
) -> list[tuple[str, int]]:
    """Return pairs of a kind of section and the key of a story whose sections of that kind contain all wanted phrases.

    Only ``kinds`` and ``keys`` are considered; neither may be empty.
    """
    statement = " UNION ALL ".join(
        f'SELECT {number}, rowid FROM "search_index" WHERE "search_index" MATCH %s AND rowid BETWEEN {min(keys)} AND {max(keys)}'  # noqa: S608 -- no user input
        for number, _ in enumerate(kinds)
    )
    cursor.execute(statement, [_expression(IndexQuery(stemmed.conditions_in_part(kind))) for kind in kinds])
    wanted = set(keys)
    return [(kinds[number], key) for number, key in cursor.fetchall() if key in wanted]


def _expression(query: IndexQuery) -> str:
    parts = [_join_alternatives(alternatives) for alternatives in query.required]
    if query.prefix:
        parts.append(f'"{query.prefix}" *')
    wanted = " AND ".join(parts)
    if query.excluded:
        wanted = f"({wanted}) NOT ({' OR '.join(map(_join_alternatives, query.excluded))})"
    return wanted


def _join_alternatives(alternatives: Alternatives) -> str:
    return f"({' OR '.join(f'"{" ".join(phrase)}"' for phrase in alternatives)})"
