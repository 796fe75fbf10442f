"""The index of words as PostgreSQL keeps it: a column of the documents, with a GIN index."""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from newsroom.search.asking import EVERYTHING, Alternatives, Question, Span
from newsroom.search.entries import MOST_OCCURRENCES

# Where words stand is not in the index: of so many documents, the newest, it is read.
MOST_PHRASES = 1_000


def vector(tokens: Sequence[str]) -> str:
    """Return the tokens as the literal of a ``tsvector``, each with its places."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens, 1):
        places.setdefault(token, []).append(place)
    return " ".join(f"'{token}':{','.join(map(str, at[:MOST_OCCURRENCES]))}" for token, at in places.items())


def write(cursor: CursorWrapper, key: int, tokens: Sequence[str]) -> None:
    """Keep the tokens of a document."""
    cursor.execute('UPDATE "search_searchdocument" SET "words" = %s::tsvector WHERE "id" = %s', [vector(tokens), key])


def remove(cursor: CursorWrapper, keys: Iterable[int]) -> None:
    """Forget the tokens of documents: they go with the rows."""


def tokens_of(cursor: CursorWrapper, keys: Sequence[int]) -> set[str]:
    """Return all tokens of these documents."""
    cursor.execute(
        'SELECT unnest(tsvector_to_array("words")) FROM "search_searchdocument" WHERE "id" = ANY(%s)', [list(keys)]
    )
    return {token for (token,) in cursor.fetchall()}


def rename(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Put a token in the place of another one in these documents."""
    cursor.execute(
        'UPDATE "search_searchdocument" SET "words" = ts_delete("words", %s) || %s::tsvector WHERE "id" = ANY(%s)',
        [old, f"'{new}'", list(keys)],
    )


def settle(cursor: CursorWrapper) -> None:
    """Let nothing of what was forgotten be left in the index: PostgreSQL clears away by itself."""


def empty(cursor: CursorWrapper) -> None:
    """Forget all tokens of all documents: they go with the rows."""


def newest(
    question: Question, where: str, values: Sequence[object], span: Span, limit: int
) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys in ``span`` of documents ``d`` that answer the question, newest first.

    ``where`` says in SQL, with ``values``, what else has to be true of them. The order is never that of the table's own
    key, so that the index of words is asked first: where two frequent words never stand together, to go along the keys
    would be to read every document.
    """
    within = "" if span == EVERYTHING else f'd."id" >= {span[0]} AND d."id" < {span[1]} AND '
    together, following = _expression(question, follows=False), _expression(question, follows=True)
    statement = (
        f'SELECT d."id", d."words" FROM "search_searchdocument" AS d WHERE {within} d."words" @@ %s::tsquery AND {where}'  # noqa: S608 -- conditions of our own
        ' ORDER BY d."id" + 0 DESC'
    )
    if together == following:
        return f'SELECT "id" FROM ({statement} LIMIT {limit}) AS near ORDER BY "id" DESC', [together, *values]  # noqa: S608 -- as above
    return (
        f'SELECT "id" FROM ({statement} LIMIT {MOST_PHRASES}) AS near WHERE "words" @@ %s::tsquery'  # noqa: S608 -- as above
        f' ORDER BY "id" DESC LIMIT {limit}',
        [together, *values, following],
    )


def _expression(question: Question, *, follows: bool) -> str:
    """Return the question in the language of PostgreSQL; where nothing ``follows``, phrases are only words together."""
    parts = [_any(alternatives, "<->" if follows else "&") for alternatives in question.every]
    if question.prefix:
        parts.append(f"'{question.prefix}':*")
    parts += [f"!{_any(each, '<->')}" for each in question.none if follows or all(len(phrase) == 1 for phrase in each)]
    return " & ".join(parts)


def _any(alternatives: Alternatives, joint: str) -> str:
    phrases = (f" {joint} ".join(f"'{token}'" for token in phrase) for phrase in alternatives)
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"
