"""The index of words as SQLite keeps it: a table of FTS5 beside the documents."""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from newsroom.search.asking import EVERYTHING, Alternatives, Question, Span


def write(cursor: CursorWrapper, key: int, tokens: Sequence[str]) -> None:
    """Keep the tokens of a document."""
    remove(cursor, [key])
    cursor.execute('INSERT INTO "search_index" (rowid, words) VALUES (%s, %s)', [key, " ".join(tokens)])


def remove(cursor: CursorWrapper, keys: Iterable[int]) -> None:
    """Forget the tokens of documents."""
    cursor.executemany('DELETE FROM "search_index" WHERE rowid = %s', [[key] for key in keys])


def tokens_of(cursor: CursorWrapper, keys: Sequence[int]) -> set[str]:
    """Return all tokens of these documents."""
    found: set[str] = set()
    for key in keys:
        cursor.execute('SELECT words FROM "search_index" WHERE rowid = %s', [key])
        found.update(token for (words,) in cursor.fetchall() for token in words.split())
    return found


def rename(cursor: CursorWrapper, keys: Iterable[int], old: str, new: str) -> None:
    """Put a token in the place of another one in these documents."""
    statement = 'UPDATE "search_index" SET words = replace(words, %s, %s) WHERE rowid = %s'
    cursor.executemany(statement, [[old, new, key] for key in keys])


def settle(cursor: CursorWrapper) -> None:
    """Let no byte of what was forgotten be left in the index."""
    cursor.execute("""INSERT INTO "search_index" ("search_index") VALUES ('optimize')""")


def empty(cursor: CursorWrapper) -> None:
    """Forget all tokens of all documents."""
    cursor.execute('DELETE FROM "search_index"')


def newest(
    question: Question, where: str, values: Sequence[object], span: Span, limit: int
) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys in ``span`` of documents ``d`` that answer the question, newest first.

    ``where`` says in SQL, with ``values``, what else has to be true of them. Rows of the index come in the order of
    their keys: the newest are there at once, however many there are.
    """
    within = (
        "" if span == EVERYTHING else f'"search_index"."rowid" >= {span[0]} AND "search_index"."rowid" < {span[1]} AND '
    )
    statement = (
        'SELECT d."id" FROM "search_index" CROSS JOIN "search_searchdocument" AS d ON d."id" = "search_index"."rowid"'  # noqa: S608 -- conditions of our own
        f' WHERE {within} "search_index" MATCH %s AND {where} ORDER BY "search_index"."rowid" DESC LIMIT {limit}'
    )
    return statement, [_expression(question), *values]


def _expression(question: Question) -> str:
    parts = [_any(alternatives) for alternatives in question.every]
    if question.prefix:
        parts.append(f'"{question.prefix}" *')
    wanted = " AND ".join(parts)
    if question.none:
        wanted = f"({wanted}) NOT ({' OR '.join(map(_any, question.none))})"
    return wanted


def _any(alternatives: Alternatives) -> str:
    return f"({' OR '.join(f'"{" ".join(phrase)}"' for phrase in alternatives)})"
