"""The index of words as PostgreSQL keeps it: a column of the documents, with a GIN index."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsroom.search.index.keys import moment_of
from newsroom.search.index.tokens import MOST_OCCURRENCES, SPELT, span_tags
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    EVER_TRUE,
    EVERYTHING,
    FIRST_OF_PAGES,
    Alternatives,
    Condition,
    IndexQuery,
    Span,
)

CONTAINS = "strpos"
# What was found "once", each with its row and its words: looked up one by one, as both tables may be long.
FOUND = (
    '"once" CROSS JOIN LATERAL (SELECT * FROM "search_searchdocument" WHERE "id" = "once"."id" OFFSET 0) AS d'
    ' CROSS JOIN LATERAL (SELECT * FROM "search_wording" WHERE "id" = "once"."id" OFFSET 0) AS w'
)
# So many of the newest pages are looked at before all others: of what every fifteenth holds, they have all that is wanted.
LOOKED_AT_FIRST = 3_000
# Where words stand is not in the index: of so many documents, the newest, it is read.
MOST_PHRASES = 1_000
# To PostgreSQL a row costs the same whatever has to be unpacked of it, so that it would read all rows of a short table
# rather than ask the index. This is always true, asks nothing, and says what the words of a row cost.
_UNPACKED = '(d."id" >= 0 OR search_unpacking(d."words"))'


def vector(tokens: Sequence[str]) -> str:
    """Return the tokens as the literal of a ``tsvector``, each with its places; what says how words are spelt has none."""
    places: dict[str, list[int]] = {}
    place = 0
    for token in tokens:
        at = places.setdefault(token, [])
        if SPELT not in token:
            place += 1
            at.append(place)
    return " ".join(
        f"'{token}'{':' if at else ''}{','.join(map(str, at[:MOST_OCCURRENCES]))}" for token, at in places.items()
    )


def write(cursor: CursorWrapper, documents: Sequence[tuple[SearchDocument, Sequence[str]]]) -> None:
    """Insert documents with their tokens. They come with the row: to update it would write it twice."""
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
    """Forget the tokens of documents: they go with the rows."""


def holders(cursor: CursorWrapper, tokens: Sequence[str]) -> dict[str, int]:
    """Return for each token the key of a document that holds it; those that none holds are left out.

    Nobody can take the document away until this transaction is over. What is frequent stands among the newest pages:
    they are asked first, as the index tells either all that hold a token or nothing.
    """
    found: dict[str, int] = {}
    if tags := _newest_tags(cursor):
        found = _holders(cursor, tokens, among=f" & {_any(tuple((tag,) for tag in tags), '&')}")
    rest = [token for token in tokens if token not in found]
    return found | _holders(cursor, rest, among="") if rest else found


def _newest_tags(cursor: CursorWrapper) -> list[str]:
    """Return tags of when the pages were updated that are looked at first; none where there are no more than these."""
    cursor.execute(f'SELECT {looked_at_first(EVERYTHING[1])}, max("id") FROM "search_searchdocument"')  # noqa: S608 -- numbers of our own
    begin, end = (key and moment_of(key) for key in cursor.fetchone())
    return span_tags(begin, end) if begin and end else []


def _holders(cursor: CursorWrapper, tokens: Sequence[str], *, among: str) -> dict[str, int]:
    # Sorted, so that the planner counts what it takes to find all of them: to find any one of the many that it expects it
    # would rather read row after row, as soon as there is much in the list of what the index has still to take in.
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
    """Return those of the words of which it is not known yet how they are spelt."""
    cursor.execute(
        # Asked as a value: joined, the whole table would be read where that seems short.
        """SELECT new FROM unnest(%s::text[]) AS new
        WHERE (SELECT "word" FROM "search_speltword" WHERE "word" = new) IS NULL""",
        [list(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def learn(cursor: CursorWrapper, words: Sequence[tuple[str, int]], pairs: Sequence[tuple[str, str]]) -> None:
    """Keep words, each with a document that holds it, and the keys of their spellings, each with its word."""
    for table, columns, kind, rows in (
        ("search_speltword", '"word", "document"', "bigint", words),
        ("search_spelling", '"key", "word"', "text", pairs),
    ):
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT * FROM unnest(%s::text[], %s::{kind}[]) ON CONFLICT DO NOTHING',  # noqa: S608 -- names of our own
            [list(column) for column in zip(*rows, strict=True)],
        )


def rename(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Put a token in the place of another one in these documents."""
    cursor.execute(
        'UPDATE "search_searchdocument" SET "words" = ts_delete("words", %s) || %s::tsvector WHERE "id" = ANY(%s)',
        [old, f"'{new}'", list(keys)],
    )


def settle(cursor: CursorWrapper) -> None:
    """Do nothing: PostgreSQL clears deleted rows by itself."""


def empty(cursor: CursorWrapper) -> None:
    """Forget all tokens of all documents: they go with the rows."""


def newest(
    question: IndexQuery,
    where: str,
    values: Sequence[object],
    span: Span,
    limit: int,
    *,
    then: Condition = EVER_TRUE,
) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys in ``span`` of documents ``d`` that answer the question, newest first.

    ``where`` says in SQL, with ``values``, what else has to be true of them, and ``then`` what is only asked until there
    are enough.
    """
    together, following = _expression(question, follows=False), _expression(question, follows=True)
    if together == following:
        return _newest(question, (where, values), then, span, limit)
    near, given = _newest(question, (where, values), EVER_TRUE, span, MOST_PHRASES)
    return (
        f'SELECT d."id" FROM ({near}) AS near CROSS JOIN LATERAL'  # noqa: S608 -- conditions of our own
        ' (SELECT * FROM "search_searchdocument" WHERE "id" = near."id" OFFSET 0) AS d'
        f' WHERE d."words" @@ %s::tsquery AND {then[0]} LIMIT {limit}',
        [*given, following, *then[1]],
    )


def _newest(
    question: IndexQuery, where: Condition, then: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    """Return what asks for the newest, where phrases are only words together.

    The index knows no order: to find the newest of all that hold a frequent word is to look at each of them. So what was
    updated lately is asked first, and the rest only where there is too little.
    """
    every, given = _sorted(question, where, then, span, limit)
    if not question.lately:
        return every, given
    lately, first = _sorted(question.tagged(question.lately), where, then, span, limit)
    return (
        f'WITH "lately" AS MATERIALIZED ({lately}) SELECT "id" FROM "lately" WHERE (SELECT count(*) FROM "lately") = {limit}'  # noqa: S608 -- as above
        f' UNION ALL SELECT "id" FROM ({every}) AS "every" WHERE (SELECT count(*) FROM "lately") < {limit}',
        [*first, *given],
    )


def looked_at_first(until: int) -> str:
    """Return SQL for the key down to which pages up to ``until`` are looked at before all others; NULL where all are."""
    return (
        f'(SELECT "id" FROM "search_searchdocument" WHERE "id" BETWEEN {FIRST_OF_PAGES} AND {until}'  # noqa: S608 -- numbers of our own
        f' ORDER BY "id" DESC LIMIT 1 OFFSET {LOOKED_AT_FIRST})'
    )


def _sorted(
    question: IndexQuery, where: Condition, then: Condition, span: Span, limit: int
) -> tuple[str, list[object]]:
    # Never in the order of the table's own key, so that the index of words is asked first: where two frequent words
    # never stand together, to go along the keys would be to read every document. What is asked of the sorted rows is
    # asked from the newest on, until there are enough.
    within = "" if span == EVERYTHING else f'd."id" >= {span[0]} AND d."id" < {span[1]} AND '
    statement = (
        f'SELECT d."id", d."uid" FROM "search_searchdocument" AS d'  # noqa: S608 -- as above
        f' WHERE {within} d."words" @@ %s::tsquery AND {_UNPACKED} AND {where[0]} ORDER BY d."id" + 0 DESC'
    )
    return (
        f'SELECT d."id" FROM ({statement}) AS d WHERE {then[0]} LIMIT {limit}',  # noqa: S608 -- as above
        [_expression(question, follows=False), *where[1], *then[1]],
    )


def answering(questions: Sequence[IndexQuery], keys: Sequence[int]) -> tuple[str, list[object]]:
    """Return SQL, with its values, for pairs: the place of a question among ``questions``, and a key that answers it.

    All pairs of ``keys`` are among them, and others with keys that lie between.
    """
    # In the time of the keys alone: else all that holds a frequent word would be looked at. Never by the keys, though
    # they are few: the words of each row would be unpacked for each question.
    moments = sorted(moment for key in keys if (moment := moment_of(key)))
    tags = span_tags(moments[0], moments[-1]) if moments else []
    asked = [each.tagged(tags) if tags else each for each in questions]
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
            # Where words stand is read of the keys alone.
            among = f'SELECT * FROM ({near} OFFSET 0) AS near WHERE "id" = ANY(%s) OFFSET 0'  # noqa: S608 -- as above
            statements.append(f'SELECT {number}, "id" FROM ({among}) AS among WHERE "words" @@ %s::tsquery')  # noqa: S608 -- as above
            values += [together, list(keys), following]
    return " UNION ALL ".join(statements), values


def _expression(question: IndexQuery, *, follows: bool) -> str:
    """Return the question in the language of PostgreSQL; where nothing ``follows``, phrases are only words together."""
    parts = [_any(alternatives, "<->" if follows else "&") for alternatives in question.every]
    if question.prefix:
        parts.append(f"'{question.prefix}':*")
    parts += [f"!{_any(each, '<->')}" for each in question.none if follows or all(len(phrase) == 1 for phrase in each)]
    return " & ".join(parts)


def _any(alternatives: Alternatives, joint: str) -> str:
    phrases = (f" {joint} ".join(f"'{token}'" for token in phrase) for phrase in alternatives)
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"
