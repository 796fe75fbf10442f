"""Prepared statements: SQL that is compiled once per process and planned by PostgreSQL once per connection.

Django compiles a QuerySet each time it is evaluated. For the queries of public pages, this takes longer than executing
them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property, partial
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import DeleteQuery, Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from newsroom.db.postgresql.base import DatabaseWrapper

_LISTS = (list, tuple, set, frozenset)
# The lengths to which lists are padded are powers of two up to 256, and multiples of 20 above that. These include 500,
# the largest number of terms that SQLite accepts in a compound SELECT statement.
_MAX_POWER, _STEP = 256, 20


class Placeholder(Value):
    """A placeholder for a value that is passed at execution. In a list, ``index`` is the position of the value."""

    def __init__(self, name: str, index: int = 0) -> None:
        super().__init__(name)
        self.name = name
        self.index = index

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL of a parameter, with this placeholder as its value."""
        return "%s", (self,)


class PlaceholderList(Placeholder):
    """A placeholder for a list: one parameter if the list is the operand of ``__in``, whatever its length.

    Anything else that reads the list gets a placeholder for each of its ``length`` elements, and the name of the list
    is added to ``read_lists``.
    """

    def __init__(self, name: str, length: int, read_lists: set[str]) -> None:
        super().__init__(name)
        self._length = length
        self._read_lists = read_lists

    def __len__(self) -> int:
        self._read_lists.add(self.name)
        return self._length

    def __iter__(self) -> Iterator[Placeholder]:
        return (Placeholder(self.name, index) for index in range(len(self)))

    def __getitem__(self, index: int) -> Placeholder:
        return list(self)[index]

    def __bool__(self) -> bool:
        return True

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL that follows ``IN``, with this placeholder as its value."""
        return _LIST_SQL[connection.vendor], (self,)


# Django writes “IN” before this SQL. On PostgreSQL, ``_compile`` replaces it with “=”.
_LIST_SQL = {"postgresql": "ANY(%s)", "sqlite": "(SELECT value FROM json_each(%s))"}


def _compile(compiler: SQLCompiler) -> tuple[str, Sequence[object]]:
    """Return the SQL of a query, and its parameters, some of which are placeholders."""
    sql, parameters = compiler.as_sql()
    return sql.replace(" IN ANY(%s)", " = ANY(%s)"), parameters


class _StatementCache[Statement]:
    """A cache of compiled SQL.

    The SQL depends on which lists are empty. It depends on the length of a list only if ``write`` reads its elements.
    """

    def __init__(self, write: Callable[..., Any], compile_query: Callable[[Any], Statement]) -> None:
        self._write = write
        self._compile = compile_query
        self._read_lists: set[str] = set()
        self._statements: dict[tuple[int, ...], Statement] = {}

    def for_values(self, values: Mapping[str, object]) -> tuple[Statement, dict[str, list[Any]]]:
        """Return the SQL for these values, and the values adapted to the database."""
        adapted = {name: _adapt(value if isinstance(value, _LISTS) else [value]) for name, value in values.items()}
        try:
            statement = self._statements[self._key(adapted)]
        except KeyError:
            placeholders = {name: self._make_placeholder(name, value) for name, value in values.items()}
            statement = self._compile(self._write(**placeholders))
            # The key is not known earlier, because it depends on the lists that were read.
            self._statements[self._key(adapted)] = statement
        for name in self._read_lists.intersection(adapted):
            adapted[name] = pad_values(adapted[name])
        return statement, adapted

    def _key(self, adapted: Mapping[str, Sequence[Any]]) -> tuple[int, ...]:
        """Return a number for each value: the padded length of a list that is read, 0 for an empty list, else -1."""
        return tuple(
            _padded_length(len(values)) if name in self._read_lists else -min(len(values), 1)
            for name, values in adapted.items()
        )

    def _make_placeholder(self, name: str, value: object) -> Placeholder | list[Placeholder]:
        if not isinstance(value, _LISTS):
            return Placeholder(name)
        return PlaceholderList(name, _padded_length(len(value)), self._read_lists) if value else []


class PreparedQuery[Row]:
    """A query whose QuerySet is compiled once.

    ``write`` takes placeholders for values and returns the QuerySet. A call returns the same rows as the QuerySet:
    instances with ``select_related`` and annotations, or tuples of ``values_list``. Prefetching is not supported.
    Values are dates, datetimes, UUIDs, strings, numbers and members of enumerations, never None. A list is the operand
    of ``__in``; if ``write`` reads its elements instead, the QuerySet is compiled once for each length, rounded up as
    by ``pad_values``. Anything else that ``write`` reads, such as a limit, is fixed when the query is compiled.

    With ``around``, the query is this SQL, with that of the QuerySet in place of ``{}``. Its rows are tuples, as the
    database returns them.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Row]], *, around: str = "") -> None:
        self._statements = _StatementCache(write, partial(_CompiledQuery.from_queryset, around=around))

    def __call__(self, **values: object) -> list[Row]:
        """Return the rows for these values. This takes one query, or none if the QuerySet cannot have rows."""
        query, adapted = self._statements.for_values(values)
        if query is None:
            return []
        with prepared_cursor() as cursor:
            cursor.execute(query.sql, _fill_in(query.parameters, adapted))
            return list(query.read_rows(cursor.fetchall()))


class PreparedCount:
    """The number of rows of a QuerySet that is compiled once. ``write`` and the values are as for ``PreparedQuery``."""

    def __init__(self, write: Callable[..., QuerySet[Any, Any]]) -> None:
        self._count = PreparedQuery(
            lambda **values: write(**values).order_by().values_list("pk"),
            around="SELECT COUNT(*) FROM ({}) AS counted",
        )

    def __call__(self, **values: object) -> int:
        """Return the number for these values. This takes one query, or none if the QuerySet cannot have rows."""
        return next((count for (count,) in self._count(**values)), 0)


@dataclass(frozen=True, slots=True)
class BoundChange:
    """A change with its values. On SQLite, an insertion is executed once for each element of ``values``."""

    sql: str
    values: Sequence[Any]
    is_insertion: bool = False


class PreparedChange:
    """An update or deletion that is compiled once.

    ``write`` takes placeholders for values and returns the result of ``build_update`` or ``build_delete``. Values are
    as for ``PreparedQuery``; a list must not be empty.
    """

    def __init__(self, write: Callable[..., Query]) -> None:
        self._statements = _StatementCache(write, _compile_change)

    def __call__(self, **values: object) -> int:
        """Execute the change with these values in one query. Return the number of changed rows."""
        change = self.bind(**values)
        with prepared_cursor() as cursor:
            cursor.execute(change.sql, change.values)
            return int(cursor.rowcount)

    def bind(self, **values: object) -> BoundChange:
        """Return the change with these values, for ``execute_together``."""
        (sql, parameters), adapted = self._statements.for_values(values)
        return BoundChange(sql, _fill_in(parameters, adapted))


class PreparedInsert:
    """An insertion of many rows of a model. Each row is a sequence of the values of ``fields``.

    Values are as for ``PreparedQuery``, or None for a nullable field. All other fields get their database defaults. No
    row is read back.
    """

    def __init__(self, model: type[Model], *fields: str) -> None:
        self._model = model
        self._names = fields

    def __call__(self, rows: Iterable[Sequence[object]]) -> None:
        """Insert the rows. This takes one query, or none if there are no rows."""
        if bound_rows := list(rows):
            execute_together([self.bind(bound_rows)])

    def bind(self, rows: Iterable[Sequence[object]]) -> BoundChange:
        """Return the insertion of these rows, of which there may be none, for ``execute_together``."""
        if connection.vendor == "postgresql":
            # The driver takes several times as long to write a list for each column.
            objects = [dict(zip(self._names, row, strict=True)) for row in rows]
            return BoundChange(
                self._sql, [json.dumps(objects, ensure_ascii=False, default=_to_json)], is_insertion=True
            )
        return BoundChange(self._sql, [_adapt(row) for row in rows], is_insertion=True)

    @cached_property
    def _sql(self) -> str:
        """The statement. Its parameters are a list of JSON objects on PostgreSQL, and the values of one row on SQLite."""
        fields = [cast("Field[Any, Any]", self._model._meta.get_field(name)) for name in self._names]
        table, *columns = map(
            connection.ops.quote_name, [self._model._meta.db_table, *(field.column or "" for field in fields)]
        )
        if connection.vendor == "postgresql":
            names = [connection.ops.quote_name(name) for name in self._names]
            types = [(field.db_type(connection) or "").partition("(")[0] for field in fields]
            # Values of JSON fields are passed as text.
            read = [f"{name} {'text' if kind == 'jsonb' else kind}" for name, kind in zip(names, types, strict=True)]
            values = [f"{name}::{kind}" for name, kind in zip(names, types, strict=True)]
            rows = f"SELECT {', '.join(values)} FROM json_to_recordset(%s) AS new_row({', '.join(read)})"  # noqa: S608 -- names of tables and columns
        else:
            rows = f"VALUES ({', '.join(['%s'] * len(fields))})"
        return f"INSERT INTO {table} ({', '.join(columns)}) {rows}"


def execute_together(changes: Sequence[BoundChange]) -> None:
    """Execute one or more changes that do not depend on each other, in one query on PostgreSQL.

    There, no change sees the effects of another.
    """
    with prepared_cursor() as cursor:
        if connection.vendor == "postgresql":
            *others, last = changes
            steps = ", ".join(f"change_{number} AS ({each.sql})" for number, each in enumerate(others))
            sql = f"WITH {steps} {last.sql}" if others else last.sql
            cursor.execute(sql, [value for each in changes for value in each.values])
            return
        for each in changes:
            if each.is_insertion:
                if each.values:
                    cursor.executemany(each.sql, each.values)
            else:
                cursor.execute(each.sql, each.values)


def build_update(queryset: QuerySet[Any, Any], **values: object) -> Query:
    """Return the query that ``queryset.update(**values)`` would execute."""
    query = cast("UpdateQuery", queryset.query.chain(UpdateQuery))
    query.add_update_values(values)
    return query


def build_delete(queryset: QuerySet[Any, Any]) -> Query:
    """Return the query with which ``queryset.delete`` would delete the rows. It does not handle related rows."""
    return queryset.order_by().query.chain(DeleteQuery)


def pad_values[Item](values: list[Item]) -> list[Item]:
    """Return the list padded with its last value, so that few statements need to be prepared.

    The length is rounded up to a power of two or, above ``_MAX_POWER``, to a multiple of ``_STEP``. An empty list stays
    empty.
    """
    return values + values[-1:] * (_padded_length(len(values)) - len(values))


def _padded_length(count: int) -> int:
    if count == 0:
        return 0
    return 1 << (count - 1).bit_length() if count <= _MAX_POWER else -(-count // _STEP) * _STEP


def prepared_cursor() -> CursorWrapper:
    """Return a cursor of this thread's connection whose statements PostgreSQL prepares once per connection."""
    if connection.vendor == "postgresql":
        return cast("DatabaseWrapper", connection).prepared_cursor()
    return connection.cursor()


@dataclass(frozen=True, slots=True)
class _CompiledQuery:
    """The SQL of a query, its parameters (some of them placeholders), and what is needed to read its rows."""

    sql: str
    parameters: Sequence[object]
    compiler: SQLCompiler
    converters: dict[int, Any]
    read: Callable[[Sequence[Any]], Any]

    @classmethod
    def from_queryset(cls, queryset: QuerySet[Any, Any], *, around: str) -> "_CompiledQuery | None":
        """Compile a QuerySet. Return None if it cannot have rows (EmptyResultSet)."""
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = _compile(compiler)
        except EmptyResultSet:
            return None
        if around:
            return cls(around.format(sql), parameters, compiler, {}, tuple)
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        return cls(sql, parameters, compiler, converters, _make_row_reader(queryset, compiler))

    def read_rows(self, rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
        converted = self.compiler.apply_converters(rows, self.converters) if self.converters else rows
        return map(self.read, converted)


def _compile_change(query: Query) -> tuple[str, Sequence[object]]:
    return _compile(query.get_compiler(connection=connection))


def _fill_in(parameters: Sequence[object], values: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [
        _adapt_list(values[parameter.name])
        if isinstance(parameter, PlaceholderList)
        else values[parameter.name][parameter.index]
        if isinstance(parameter, Placeholder)
        else parameter
        for parameter in parameters
    ]


def _adapt_list(values: Sequence[Any]) -> object:
    """Return a list of adapted values as the value of one parameter."""
    return values if connection.vendor == "postgresql" else json.dumps(values)


def _to_json(value: object) -> object:
    """Return a value that JSON lacks, as PostgreSQL reads it."""
    return value.value if isinstance(value, Enum) else str(value)


def _make_row_reader(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[Sequence[Any]], Any]:
    """Return a function that converts a row into the object that the QuerySet would return for it."""
    if queryset.query.values_select or compiler.klass_info is None:
        return tuple
    columns = compiler.klass_info["select_fields"]
    begin, end = columns[0], columns[-1] + 1
    names = [expression.target.attname for expression, *_ in compiler.select[begin:end]]
    mode = queryset._fetch_mode  # type: ignore[attr-defined]  # not in the stubs
    make_instance = partial(compiler.klass_info["model"].from_db, queryset.db, names, fetch_mode=mode)
    related = get_related_populators(compiler.klass_info, compiler.select, queryset.db, mode)
    annotations = (compiler.annotation_col_map or {}).items()

    def read(row: Sequence[Any]) -> Any:
        instance = make_instance(row[begin:end])
        for populator in related:
            populator.populate(row, instance)
        for name, column in annotations:
            setattr(instance, name, row[column])
        return instance

    return read


def _adapt(values: Iterable[object]) -> list[Any]:
    """Return a list of the values, adapted to the database."""
    plain = [value.value if isinstance(value, Enum) else value for value in values]
    return plain if connection.vendor == "postgresql" else list(map(_adapt_for_sqlite, plain))


def _adapt_for_sqlite(value: object) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value.hex if isinstance(value, UUID) else value
