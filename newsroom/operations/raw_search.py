"""Search every text column of every table, including tables without a model, for words."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

# Names of the fields by which Django describes columns that contain text. Django has none for PostgreSQL's arrays.
_TEXT_FIELDS = frozenset({"CharField", "TextField", "JSONField"})
_EXCERPT_MARGIN = 200  # characters on each side of the words
_MAX_EXCERPTS = 5  # excerpts from one column of one row


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that contains at least one of the words.

    ``excerpts`` are the words with the text around them, keyed by column.
    """

    table: str
    key: dict[str, object]
    excerpts: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """Words to search for.

    E-mail addresses, and names that consist of several words, are found regardless of case. One-word ``names`` are
    found only as written, because they may be common words.
    """

    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def compile(self) -> re.Pattern[str]:
        """Return a pattern that finds these words, but not as a part of longer words."""
        # An address must not directly follow a character that may occur before the @, so that it is not found in a
        # longer one. A full stop after the address may end a sentence.
        addresses = [rf"(?<![\w.+-])(?i:{re.escape(each)})(?![\w-]|\.\w)" for each in _longest_first(self.addresses)]
        names = [rf"(?<!\w){_ignore_case(each)}(?!\w)" for each in _longest_first(self.names)]
        return re.compile("|".join([*addresses, *names]) or r"(?!)")

    def spellings(self) -> list[str]:
        """Return the words as a column may contain them: unchanged, and as JSON with and without escapes."""
        words = {*self.addresses, *self.names}
        in_json = {json.dumps(word, ensure_ascii=escapes)[1:-1] for word in words for escapes in (True, False)}
        return sorted(words | in_json)


def find_rows(
    words: Words,
    *,
    models: Collection[type[Model]] = (),
    on_progress: Callable[[int, int], object] = lambda done, total: None,
) -> Iterator[FoundRow]:
    """Yield each row with any of the words in a text column, from the tables of ``models`` or, by default, all tables.

    Each of these tables is read once. Binary columns, such as the contents of stored pages, are not searched.
    ``on_progress`` is called after each table.
    """
    if not (spellings := words.spellings()):
        return
    pattern = words.compile()
    with connection.cursor() as cursor:
        tables = [each._meta.db_table for each in models] or sorted(connection.introspection.table_names(cursor))
        for number, table in enumerate(tables, start=1):
            yield from _search(cursor, table, spellings, pattern)
            on_progress(number, len(tables))


def find_keys(words: Words, model: type[Model]) -> list[Any]:
    """Return the primary keys of the rows of a model that contain any of the words in a text column."""
    return [key for row in find_rows(words, models=[model]) for key in row.key.values()]


def _search(
    cursor: CursorWrapper, table: str, spellings: Collection[str], pattern: re.Pattern[str]
) -> Iterator[FoundRow]:
    columns = _list_text_columns(cursor, table)
    if not columns:
        return
    keys = connection.introspection.get_primary_key_columns(cursor, table) or []
    quote = connection.ops.quote_name
    as_text = "{}::text ILIKE %s" if connection.vendor == "postgresql" else r"{} LIKE %s ESCAPE '\'"
    conditions = " OR ".join(as_text.format(quote(column)) for column in columns for _ in spellings)
    selected = ", ".join([*map(quote, keys), *(_text_sql(quote(column)) for column in columns)])
    likes = [f"%{connection.ops.prep_for_like_query(each)}%" for each in spellings]
    cursor.execute(f"SELECT {selected} FROM {quote(table)} WHERE {conditions}", likes * len(columns))  # noqa: S608  # names from the catalogue
    for row in cursor.fetchall():
        texts = zip(columns.items(), row[len(keys) :], strict=True)
        excerpts = {
            column: _cut_excerpts(_join_strings(json.loads(text)) if is_json else text, pattern)
            for (column, is_json), text in texts
            if text
        }
        if found := {column: each for column, each in excerpts.items() if each}:
            yield FoundRow(table, dict(zip(keys, row[: len(keys)], strict=True)), found)


def _list_text_columns(cursor: CursorWrapper, table: str) -> dict[str, bool]:
    """Return the text columns of the table, and whether each contains JSON."""
    described = connection.introspection.get_table_description(cursor, table)
    fields = {column.name: _get_field(column) for column in described}
    return {name: field == "JSONField" for name, field in fields.items() if field in _TEXT_FIELDS}


def _get_field(column: Any) -> str:
    """Return the name of the field class that Django would use for a column, or an empty string if there is none."""
    try:
        return str(connection.introspection.get_field_type(column.type_code, column))
    except KeyError:
        # Columns of full-text indexes have no type on SQLite.
        return "TextField" if connection.vendor == "sqlite" else ""


def _text_sql(column: str) -> str:
    return f"{column}::text" if connection.vendor == "postgresql" else f"CAST({column} AS text)"


def _join_strings(value: object) -> str:
    """Return all strings in a JSON value, including the names in objects, separated by line breaks."""
    if isinstance(value, dict):
        return "\n".join(f"{name}\n{_join_strings(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "\n".join(map(_join_strings, value))
    return value if isinstance(value, str) else ""


def _cut_excerpts(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [
        text[max(0, found.start() - _EXCERPT_MARGIN) : found.end() + _EXCERPT_MARGIN]
        for found in islice(pattern.finditer(text), _MAX_EXCERPTS)
    ]


def _ignore_case(name: str) -> str:
    return f"(?i:{re.escape(name)})" if " " in name else re.escape(name)


def _longest_first(words: Collection[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)
