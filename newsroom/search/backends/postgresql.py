"""The full-text index on PostgreSQL: a ``tsvector`` column of the documents, with a GIN index."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsroom.search.index.keys import moment_of
from newsroom.search.index.tokens import MOST_OCCURRENCES, SPELLING_SEPARATOR, span_tags
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    ALL_KEYS,
    ALWAYS_TRUE,
    FIRST_PAGE_KEY,
    Alternatives,
    Condition,
    IndexQuery,
    Span,
)

CONTAINS = "strpos"
# The rows of "once" with their documents and wordings, looked up one by one, because both tables may be long.
FOUND = (
    '"once" CROSS JOIN LATERAL (SELECT * FROM "search_searchdocument" WHERE "id" = "once"."id" OFFSET 0) AS d'
    ' CROSS JOIN LATERAL (SELECT * FROM "search_wording" WHERE "id" = "once"."id" OFFSET 0) AS w'
)
# The number of newest pages that are searched before all others: enough for a word that every fifteenth page contains.
LOOKED_AT_FIRST = 3_000
# The index holds no positions. They are read from this many documents, the newest.
MOST_PHRASES = 1_000
# PostgreSQL estimates the same cost for a row whatever has to be decompressed of it. It would read all rows of a short
# table rather than use the index. This condition is always true, calls nothing, and gives the planner the cost of
# reading the words of a row.
_UNPACKED = '(d."id" >= 0 OR search_unpacking(d."words"))'


def vector(tokens: Sequence[str]) -> str:
    """Return the tokens as a ``tsvector`` literal, each with its positions; tokens for spelling have none."""
    places: dict[str, list[int]] = {}
    place = 0
    for token in tokens:
        at = places.setdefault(token, [])
        if SPELLING_SEPARATOR not in token:
            place += 1
            at.append(place)
    return " ".join(
        f"'{token}'{':' if at else ''}{','.join(map(str, at[:MOST_OCCURRENCES]))}" for token, at in places.items()
    )


def write(cursor: CursorWrapper, documents: Sequence[tuple[SearchDocument, Sequence[str]]]) -> None:
    """Insert documents with their tokens."""
    # The tokens are inserted with the row, because an update would write the row twice.
    fields = SearchDocument._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({'%s, ' * len(fields)}%s::tsvector)"
    cursor.execute(
        f'INSERT INTO "search_searchdocument" ({columns}, "words") VALUES {", ".join([row] * len(documents))}',  # noqa: S608 -- columns of our own
        [
            value
            for document, tokens in documents
            for value in (
                *(field.get_db_prep_save(getattr(document, field.attname), connection) for field in fields),
                vector(tokens),
            )
        ],
    )


def remove(cursor: CursorWrapper, keys: Sequence[int]) -> None:
    """Do nothing: the tokens are deleted with the rows of the documents."""


def holders(cursor: CursorWrapper, tokens: Sequence[str]) -> dict[str, int]:
    """Return for each token the key of a document that contains it; tokens without one are left out.

    No other transaction can delete these documents until this one is over.
    """
    # A frequent token occurs in the newest pages. They are searched first, because the index finds either all documents
    # with a token or none.
    found: dict[str, int] = {}
    if tags := _newest_tags(cursor):
        found = _holders(cursor, tokens, among=f" & {_any(tuple((tag,) for tag in tags), '&')}")
    rest = [token for token in tokens if token not in found]
    return found | _holders(cursor, rest, among="") if rest else found


def _newest_tags(cursor: CursorWrapper) -> list[str]:
    """Return time tags of the pages that are searched first; none if there are no more pages than these."""
    cursor.execute(f'SELECT {looked_at_first(ALL_KEYS[1])}, max("id") FROM "search_searchdocument"')  # noqa: S608 -- numbers of our own
    begin, end = (key and moment_of(key) for key in cursor.fetchone())
    return span_tags(begin, end) if begin and end else []


def _holders(cursor: CursorWrapper, tokens: Sequence[str], *, among: str) -> dict[str, int]:
    # With ORDER BY the planner estimates the cost of finding all matches. Otherwise it expects to find one of many soon
    # and scans the table, as soon as the pending list of the index is long.
    cursor.execute(
        f"""SELECT token, (
            SELECT d."id" FROM "search_searchdocument" AS d
            WHERE d."words" @@ ('''' || token || '''' || %s)::tsquery AND {_UNPACKED}
            ORDER BY d."id" + 0 DESC LIMIT 1 FOR KEY SHARE
        ) FROM unnest(%s::text[]) AS token""",  # noqa: S608 -- a condition of our own
        [among, list(tokens)],
    )
    return {token: key for token, key in cursor.fetchall() if key is not None}


def unlearned(cursor: CursorWrapper, words: Sequence[str]) -> list[str]:
    """Return those words whose spelling is not stored yet."""
    cursor.execute(
        # Selected as a value. With a join the whole table would be read if it seems short.
        """SELECT new FROM unnest(%s::text[]) AS new
        WHERE (SELECT "word" FROM "search_speltword" WHERE "word" = new) IS NULL""",
        [list(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def learn(cursor: CursorWrapper, words: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> None:
    """Store words, each with a document that contains it, and the keys of their spellings, each with its word."""
    for table, columns, kind, rows in (
        ("search_speltword", '"word", "document"', "bigint", words),
        ("search_spelling", '"key", "word"', "text", pairs),
    ):
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT * FROM unnest(%s::text[], %s::{kind}[]) ON CONFLICT DO NOTHING',  # noqa: S608 -- names of our own
            [list(column) for column in zip(*rows, strict=True)],
        )


def rename(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Replace a token by another one in these documents."""
    cursor.execute(
        'UPDATE "search_searchdocument" SET "words" = ts_delete("words", %s) || %s::tsvector WHERE "id" = ANY(%s)',
        [old, f"'{new}'", list(keys)],
    )


def settle(cursor: CursorWrapper) -> None:
    """Do nothing: PostgreSQL removes deleted rows by itself."""


def empty(cursor: CursorWrapper) -> None:
    """Do nothing: the tokens are deleted with the rows of the documents."""


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
    there are enough documents.
    """
    together, following = _expression(question, follows=False), _expression(question, follows=True)
    if together == following:
        return _newest(question, (where, values), then, span, limit)
    near, given = _newest(question, (where, values), ALWAYS_TRUE, span, MOST_PHRASES)
    return (
        f'SELECT d."id" FROM ({near}) AS near CROSS JOIN LATERAL'  # noqa: S608 -- conditions of our own
        ' (SELECT * FROM "search_searchdocument" WHERE "id" = near."id" OFFSET 0) AS d'
        f' WHERE d."words" @@ %s::tsquery AND {then[0]} LIMIT {limit}',
        [*given, following, *then[1]],
    )


def _newest(
    question: IndexQuery, where: Condition, then: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    """Return SQL for the newest matches, where the words of a phrase need not follow each other."""
    # The index has no order: to find the newest documents with a frequent word, each document with it is read. So
    # recently updated pages are searched first, and the rest only if they contain too few matches.
    every, given = _sorted(question, where, then, span, limit)
    if not question.recent_tags:
        return every, given
    lately, first = _sorted(question.with_tag_among(question.recent_tags), where, then, span, limit)
    return (
        f'WITH "lately" AS MATERIALIZED ({lately}) SELECT "id" FROM "lately" WHERE (SELECT count(*) FROM "lately") = {limit}'  # noqa: S608 -- as above
        f' UNION ALL SELECT "id" FROM ({every}) AS "every" WHERE (SELECT count(*) FROM "lately") < {limit}',
        [*first, *given],
    )


def looked_at_first(until: int) -> str:
    """Return SQL for the key down to which pages up to ``until`` are searched before all others; NULL if all are."""
    return (
        f'(SELECT "id" FROM "search_searchdocument" WHERE "id" BETWEEN {FIRST_PAGE_KEY} AND {until}'  # noqa: S608 -- numbers of our own
        f' ORDER BY "id" DESC LIMIT 1 OFFSET {LOOKED_AT_FIRST})'
    )


def _sorted(
    question: IndexQuery, where: Condition, then: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    # Never ordered by the primary key itself, so that the index of words is used first. If two frequent words never
    # occur together, a scan along the keys would read every document. ``then`` is evaluated on the sorted rows, newest
    # first, until there are enough.
    within = "" if span == ALL_KEYS else f'd."id" >= {span[0]} AND d."id" < {span[1]} AND '
    statement = (
        f'SELECT d."id", d."uid" FROM "search_searchdocument" AS d'  # noqa: S608 -- as above
        f' WHERE {within} d."words" @@ %s::tsquery AND {_UNPACKED} AND {where[0]} ORDER BY d."id" + 0 DESC'
    )
    return (
        f'SELECT d."id" FROM ({statement}) AS d WHERE {then[0]} LIMIT {limit}',  # noqa: S608 -- as above
        [_expression(question, follows=False), *where[1], *then[1]],
    )


def answering(questions: Sequence[IndexQuery], keys: Sequence[int]) -> tuple[str, list[object]]:
    """Return SQL, with its values, for pairs: the position of a query in ``questions``, and a key that matches it.

    The result contains all pairs with one of ``keys``, and others with keys that lie between them.
    """
    # Limited to the time of the keys, or every document with a frequent word would be read. Not limited to the keys
    # themselves, although they are few: the words of each row would be decompressed for each query.
    moments = sorted(moment for key in keys if (moment := moment_of(key)))
    tags = span_tags(moments[0], moments[-1]) if moments else []
    asked = [each.with_tag_among(tags) if tags else each for each in questions]
    statements: list[str] = []
    values: list[object] = []
    for number, each in enumerate(asked):
        together, following = _expression(each, follows=False), _expression(each, follows=True)
        near = (
            'SELECT d."id", d."words" FROM "search_searchdocument" AS d'  # noqa: S608 -- numbers of our own
            f' WHERE d."words" @@ %s::tsquery AND {_UNPACKED} AND d."id" + 0 BETWEEN {min(keys)} AND {max(keys)}'
        )
        if together == following:
            statements.append(f'SELECT {number}, "id" FROM ({near}) AS near')  # noqa: S608 -- as above
            values += [together]
        else:
            # Positions are read for the keys only.
            among = f'SELECT * FROM ({near} OFFSET 0) AS near WHERE "id" = ANY(%s) OFFSET 0'  # noqa: S608 -- as above
            statements.append(f'SELECT {number}, "id" FROM ({among}) AS among WHERE "words" @@ %s::tsquery')  # noqa: S608 -- as above
            values += [together, list(keys), following]
    return " UNION ALL ".join(statements), values


def _expression(question: IndexQuery, *, follows: bool) -> str:
    """Return the query as a ``tsquery``; without ``follows``, the words of a phrase need not follow each other."""
    parts = [_any(alternatives, "<->" if follows else "&") for alternatives in question.every]
    if question.prefix:
        parts.append(f"'{question.prefix}':*")
    parts += [f"!{_any(each, '<->')}" for each in question.none if follows or all(len(phrase) == 1 for phrase in each)]
    return " & ".join(parts)


def _any(alternatives: Alternatives, joint: str) -> str:
    phrases = (f" {joint} ".join(f"'{token}'" for token in phrase) for phrase in alternatives)
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"
