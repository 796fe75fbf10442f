"""The full-text index on PostgreSQL: a ``tsvector`` column of the search documents, with a GIN index."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsroom.search.index.keys import update_time
from newsroom.search.index.tokens import GAP, SPELLING_SEPARATOR, span_tags
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    ALL_KEYS,
    ALWAYS_TRUE,
    FIRST_PAGE_KEY,
    Alternatives,
    Condition,
    IndexQuery,
    Span,
    StemmedQuery,
)
from newsroom.search.sections import SectionMatcher

# Whether the index contains the words of sections. They would take more space than all other words together, so they
# are looked up in the text of the documents found.
HAS_SECTION_TOKENS = False
# One row for each key in a list.
KEYS_SQL = 'SELECT unnest(%s::bigint[]) AS "id"'
# The rows of the caller's common table expression "once" with their documents and wordings, looked up one by one
# because both tables may be large.
FOUND_ROWS_SQL = (
    '"once" CROSS JOIN LATERAL (SELECT * FROM "search_searchdocument" WHERE "id" = "once"."id" OFFSET 0) AS d'
    ' CROSS JOIN LATERAL (SELECT * FROM "search_wording" WHERE "id" = "once"."id" OFFSET 0) AS w'
)
# The number of newest pages that are searched before all others: enough for a word on every fifteenth page to have
# ``search.MAX_NEWEST`` matches.
FIRST_PASS_PAGES = 3_000
# The index contains no positions, so they are read from the documents, but from at most this many of the newest
# matches.
MAX_PHRASE_CANDIDATES = 1_000
# PostgreSQL estimates the same cost for every row, however much has to be decompressed. It would therefore read all
# rows of a short table without the index. This condition is true without calling the function, whose declared cost
# tells the planner what reading the words of a row costs.
_DECOMPRESSION_COST = '(d."id" >= 0 OR search_unpacking(d."words"))'


def format_tsvector(tokens: Sequence[str]) -> str:
    """Return the tokens as a ``tsvector`` literal.

    Each token has its positions, of which PostgreSQL stores the first 256; tokens for spelling have none. A gap only
    uses a position.
    """
    literals: dict[str, str] = {}
    position = 0
    for token in tokens:
        if token == GAP:
            position += 1
        elif SPELLING_SEPARATOR in token:
            literals[token] = f"'{token}'"
        else:
            position += 1
            literal = literals.get(token)
            literals[token] = f"{literal},{position}" if literal else f"'{token}':{position}"
    return " ".join(literals.values())


def write(cursor: CursorWrapper, documents: Sequence[tuple[SearchDocument, Sequence[str], Sequence[str]]]) -> set[int]:
    """Insert documents with their tokens, but without the tokens of their sections. Return the keys of the new rows.

    Documents whose key is in use are left out.
    """
    # The tokens are inserted with the row, because an update would write the row a second time.
    fields = SearchDocument._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({'%s, ' * len(fields)}%s::tsvector)"
    cursor.execute(
        f'INSERT INTO "search_searchdocument" ({columns}, "words") VALUES {", ".join([row] * len(documents))}'  # noqa: S608 -- no user input
        ' ON CONFLICT ("id") DO NOTHING RETURNING "id"',
        [
            value
            for document, tokens, _ in documents
            for value in (
                *(field.get_db_prep_save(getattr(document, field.attname), connection) for field in fields),
                format_tsvector(tokens),
            )
        ],
    )
    return {key for (key,) in cursor.fetchall()}


def remove(cursor: CursorWrapper, keys: Sequence[int]) -> None:
    """Do nothing: the tokens are deleted with the rows of the documents."""


def find_newest_documents(cursor: CursorWrapper, tokens: Sequence[str]) -> dict[str, int]:
    """Return, for each token, the key of a document that contains it. Tokens that no document contains are left out.

    No other transaction can delete the documents found until this one ends.
    """
    # Frequent tokens occur in the newest pages. These are searched first, because an index search reads all documents
    # that contain a token.
    found: dict[str, int] = {}
    if tags := _newest_tags(cursor):
        found = _find_documents(
            cursor, tokens, condition=f" & {_join_alternatives(tuple((tag,) for tag in tags), '&')}"
        )
    remaining = [token for token in tokens if token not in found]
    return found | _find_documents(cursor, remaining, condition="") if remaining else found


def _newest_tags(cursor: CursorWrapper) -> list[str]:
    """Return the time tags of the pages to search first, or an empty list if all documents are searched at once."""
    key_sql, values = first_pass_key_sql(ALL_KEYS[1])
    cursor.execute(f'SELECT {key_sql}, max("id") FROM "search_searchdocument"', values)  # noqa: S608 -- no user input
    begin, end = (key and update_time(key) for key in cursor.fetchone())
    return span_tags(begin, end) if begin and end else []


def _find_documents(cursor: CursorWrapper, tokens: Sequence[str], *, condition: str) -> dict[str, int]:
    # With ORDER BY, the planner estimates the cost of finding all matches. Otherwise, it expects to find one of many
    # matches early, and scans the table as soon as the pending list of the index is long.
    cursor.execute(
        f"""SELECT token, (
            SELECT d."id" FROM "search_searchdocument" AS d
            WHERE d."words" @@ ('''' || token || '''' || %s)::tsquery AND {_DECOMPRESSION_COST}
            ORDER BY d."id" + 0 DESC LIMIT 1 FOR KEY SHARE
        ) FROM unnest(%s::text[]) AS token""",  # noqa: S608 -- no user input
        [condition, list(tokens)],
    )
    return {token: key for token, key in cursor.fetchall() if key is not None}


def list_unknown_words(cursor: CursorWrapper, words: Sequence[str]) -> list[str]:
    """Return the words whose spelling is not yet stored. No word may contain a space."""
    cursor.execute(
        # This is a subquery, because a join would read the whole table if the planner considered it short.
        # The words are passed as one text, because the driver would escape each element of a list in Python.
        """SELECT new FROM unnest(string_to_array(%s, ' ')) AS new
        WHERE (SELECT "word" FROM "search_speltword" WHERE "word" = new) IS NULL""",
        [" ".join(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def store_spellings(cursor: CursorWrapper, words: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> None:
    """Store words, each with the key of a document that contains it, and spelling keys, each with its word.

    Words and keys that are already stored remain unchanged.
    """
    for table, columns, kind, rows in (
        ("search_speltword", '"word", "document"', "bigint", words),
        ("search_spelling", '"key", "word"', "text", pairs),
    ):
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT * FROM unnest(%s::text[], %s::{kind}[]) ON CONFLICT DO NOTHING',  # noqa: S608 -- no user input
            [list(column) for column in zip(*rows, strict=True)],
        )


def replace_token(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Replace one token with another in these documents."""
    cursor.execute(
        'UPDATE "search_searchdocument" SET "words" = ts_delete("words", %s) || %s::tsvector WHERE "id" = ANY(%s)',
        [old, f"'{new}'", list(keys)],
    )


def purge_deleted_words(cursor: CursorWrapper) -> None:
    """Do nothing: the words are part of the deleted rows, which VACUUM removes."""


def clear(cursor: CursorWrapper) -> None:
    """Do nothing: the tokens are deleted with the rows of the documents."""


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
    only until there are enough documents. If the query requires or excludes a phrase of several words, only the newest
    ``MAX_PHRASE_CANDIDATES`` documents that contain the required words are examined.
    """
    unordered, in_order = _expression(query, adjacent=False), _expression(query, adjacent=True)
    if unordered == in_order:
        return _newest_matches_sql(query, (where, values), late_condition, span, limit)
    candidates, parameters = _newest_matches_sql(query, (where, values), ALWAYS_TRUE, span, MAX_PHRASE_CANDIDATES)
    return (
        f'SELECT d."id" FROM ({candidates}) AS near CROSS JOIN LATERAL'  # noqa: S608 -- no user input
        ' (SELECT * FROM "search_searchdocument" WHERE "id" = near."id" OFFSET 0) AS d'
        f' WHERE d."words" @@ %s::tsquery AND {late_condition[0]} LIMIT {limit}',
        [*parameters, in_order, *late_condition[1]],
    )


def _newest_matches_sql(
    query: IndexQuery, where: Condition, late_condition: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    """Return SQL for the newest matches, in which the words of a phrase need not be adjacent."""
    # The index has no order: finding the newest documents with a frequent word means reading all documents with it.
    # Recently updated pages are therefore searched first, and all documents only if there are too few matches among
    # these.
    all_sql, all_values = _sorted_matches_sql(query, where, late_condition, span, limit)
    if not query.recent_tags:
        return all_sql, all_values
    recent_sql, recent_values = _sorted_matches_sql(
        query.with_tag_among(query.recent_tags), where, late_condition, span, limit
    )
    return (
        f'WITH "lately" AS MATERIALIZED ({recent_sql}) SELECT "id" FROM "lately" WHERE (SELECT count(*) FROM "lately") = {limit}'  # noqa: S608 -- as above
        f' UNION ALL SELECT "id" FROM ({all_sql}) AS "every" WHERE (SELECT count(*) FROM "lately") < {limit}',
        [*recent_values, *all_values],
    )


def first_pass_key_sql(until: int) -> tuple[str, list[int]]:
    """Return SQL, with its values, for the lowest key of the pages that are searched first: the newest up to ``until``.

    The result is NULL if there are no other pages.
    """
    statement = (
        f'(SELECT "id" FROM "search_searchdocument" WHERE "id" BETWEEN {FIRST_PAGE_KEY} AND %s'  # noqa: S608 -- no user input
        f' ORDER BY "id" DESC LIMIT 1 OFFSET {FIRST_PASS_PAGES})'
    )
    return statement, [until]


def _sorted_matches_sql(
    query: IndexQuery, where: Condition, late_condition: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    # The rows are not ordered by the primary key itself, so that the word index is used. If two frequent words
    # never occur together, a scan of the primary key would read every document. ``late_condition`` is evaluated on the
    # sorted rows, newest first, until there are enough.
    span_condition, span_values = ("", ()) if span == ALL_KEYS else ('d."id" >= %s AND d."id" < %s AND ', span)
    statement = (
        f'SELECT d."id", d."uid" FROM "search_searchdocument" AS d'  # noqa: S608 -- as above
        f' WHERE {span_condition} d."words" @@ %s::tsquery AND {_DECOMPRESSION_COST} AND {where[0]} ORDER BY d."id" + 0 DESC'
    )
    return (
        f'SELECT d."id" FROM ({statement}) AS d WHERE {late_condition[0]} LIMIT {limit}',  # noqa: S608 -- as above
        [*span_values, _expression(query, adjacent=False), *where[1], *late_condition[1]],
    )


def find_in_sections(
    cursor: CursorWrapper, stemmed: StemmedQuery, kinds: Sequence[str], keys: Sequence[int]
) -> list[tuple[str, int]]:
    """Return pairs of a kind of section and the key of a story whose sections of that kind contain all wanted phrases.

    Only ``kinds`` and ``keys`` are considered; neither may be empty.
    """
    matcher = SectionMatcher(stemmed.conditions_in_part(""))
    cursor.execute(
        f'WITH "once" AS ({KEYS_SQL})'  # noqa: S608 -- no user input
        f' SELECT d."id", d."language", w."heading_words", w."text" FROM {FOUND_ROWS_SQL}',
        [list(keys)],
    )
    return [
        (kind, key)
        for key, language, heading_words, text in cursor.fetchall()
        for kind in matcher.find_kinds(heading_words, text, language, among=kinds)
    ]


def _expression(query: IndexQuery, *, adjacent: bool) -> str:
    """Return the query as a ``tsquery``.

    Without ``adjacent``, the words of a phrase need not be adjacent, and excluded phrases of several words are ignored.
    """
    parts = [_join_alternatives(alternatives, "<->" if adjacent else "&") for alternatives in query.required]
    if query.prefix:
        parts.append(f"'{query.prefix}':*")
    parts += [
        f"!{_join_alternatives(each, '<->')}"
        for each in query.excluded
        if adjacent or all(len(phrase) == 1 for phrase in each)
    ]
    return " & ".join(parts)


def _join_alternatives(alternatives: Alternatives, operator: str) -> str:
    phrases = (f" {operator} ".join(f"'{token}'" for token in phrase) for phrase in alternatives)
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"
