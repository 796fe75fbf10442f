"""Prepared statements: SQL compiled once in each process, and planned by PostgreSQL once on each connection.

Django compiles a QuerySet each time it is evaluated. For the queries of public pages this takes longer than the query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property, partial
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import DeleteQuery, Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

# Statements on one connection. Publishing and answering execute more than the hundred that the driver keeps by default,
# in sequence: each would be evicted before it is executed again.
_KEPT = 1_000
_LISTS = (list, tuple, set, frozenset)
# The lengths of lists are powers of two up to 256, and multiples of 20 above. That makes 500 one of them, the largest
# number of selects that SQLite accepts in a compound.
_DOUBLED, _STEP = 256, 20


class Placeholder(Value):
    """Placeholder for a value that is passed at execution, by its ``name`` and, in a list, its index ``place``."""

    def __init__(self, name: str, place: int = 0) -> None:
        super().__init__(name)
        self.name = name
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL of a parameter, with this placeholder as its value."""
        return "%s", (self,)


class _Once[Written]:
    """Cache of compiled SQL, with one entry for each combination of the lengths of its lists."""

    def __init__(self, write: Callable[..., Any], put: Callable[[Any], Written]) -> None:
        self._write = write
        self._put = put
        self._written: dict[tuple[int, ...], Written] = {}

    def for_values(self, values: Mapping[str, object]) -> tuple[Written, dict[str, list[Any]]]:
        """Return the SQL for lists of these lengths, and the values adapted to the database."""
        given = {name: _given(value) for name, value in values.items()}
        lengths = tuple(len(each) for each in given.values())
        if lengths not in self._written:
            self._written[lengths] = self._put(self._write(**_blanks(values, given)))
        return self._written[lengths], given


class PreparedQuery[Row]:
    """Query whose QuerySet is compiled once; ``write`` takes placeholders for values and returns the QuerySet.

    The rows are those of the QuerySet: instances with ``select_related`` and annotations, or tuples of
    ``values_list``. Prefetching is not supported. Values are datetimes, UUIDs, strings and numbers, never None; a
    list stands for the operand of ``__in``. Anything else that ``write`` reads, such as a limit, is fixed at the
    first execution.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Row]]) -> None:
        self._once = _Once(write, _Question.of)

    def __call__(self, **values: object) -> list[Row]:
        """Return the rows for these values in one query, or in none if the QuerySet cannot have rows."""
        question, given = self._once.for_values(values)
        if question is None:
            return []
        with prepared_cursor() as cursor:
            cursor.execute(question.sql, _filled(question.parameters, given))
            return list(question.rows(cursor.fetchall()))


class PreparedChange:
    """Update or deletion that is compiled once.

    ``write`` takes placeholders for values and returns the result of ``updating`` or ``deleting``. Values are as for
    ``PreparedQuery``; a list must not be empty.
    """

    def __init__(self, write: Callable[..., Query]) -> None:
        self._once = _Once(write, _statement)

    def __call__(self, **values: object) -> int:
        """Execute the change with these values in one query; return the number of rows changed."""
        (sql, parameters), given = self._once.for_values(values)
        with prepared_cursor() as cursor:
            cursor.execute(sql, _filled(parameters, given))
            return int(cursor.rowcount)


class PreparedInsert:
    """Insertion of many rows of a model, each a sequence of the values of ``fields``; no row is read back.

    Values are as for ``PreparedQuery``, or None if a field is nullable. The database fills in all other fields.
    """

    def __init__(self, model: type[Model], *fields: str) -> None:
        self._model = model
        self._names = fields

    def __call__(self, rows: Iterable[Sequence[object]]) -> None:
        """Insert the rows in one query, or in none if there are no rows."""
        given: list[list[Any]] = [[_adapted(value) for value in row] for row in rows]
        if not given:
            return
        with prepared_cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._sql, [list(column) for column in zip(*given, strict=True)])
            else:
                cursor.executemany(self._sql, given)

    @cached_property
    def _sql(self) -> str:
        """The statement: on PostgreSQL with an array for each field, on SQLite with the values of one row."""
        fields = [cast("Field[Any, Any]", self._model._meta.get_field(name)) for name in self._names]
        table, *columns = map(
            connection.ops.quote_name, [self._model._meta.db_table, *(field.column or "" for field in fields)]
        )
        if connection.vendor == "postgresql":
            lists = [f"%s::{(field.db_type(connection) or '').partition('(')[0]}[]" for field in fields]
            rows = f"SELECT * FROM unnest({', '.join(lists)})"  # noqa: S608 -- names of tables and columns
        else:
            rows = f"VALUES ({', '.join(['%s'] * len(fields))})"
        return f"INSERT INTO {table} ({', '.join(columns)}) {rows}"


def build_update(queryset: QuerySet[Any, Any], **values: object) -> Query:
    """Return the query that ``queryset.update(**values)`` would execute."""
    query = cast("UpdateQuery", queryset.query.chain(UpdateQuery))
    query.add_update_values(values)
    return query


def build_delete(queryset: QuerySet[Any, Any]) -> Query:
    """Return the query by which ``queryset.delete`` would delete the rows; it does not handle related rows."""
    return queryset.order_by().query.chain(DeleteQuery)


def pad_values[Item](values: list[Item]) -> list[Item]:
    """Return a list padded with its last value, so that few statements need to be prepared.

    The length becomes the next power of two, above ``_DOUBLED`` the next multiple of ``_STEP``: databases accept no
    more than some hundred parts.
    """
    count = len(values)
    length = 1 << (count - 1).bit_length() if count <= _DOUBLED else -(-count // _STEP) * _STEP
    return values + values[-1:] * (length - count)


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Yield a cursor of this thread's connection whose statements PostgreSQL prepares and keeps with the connection."""
    # Django's own cursor writes the values into each statement, so that no two statements are the same.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.connection.prepared_max = _KEPT
            cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # the stubs know no base of it
        yield cursor


@dataclass(frozen=True, slots=True)
class _Question:
    """The SQL of a query, its parameters with placeholders among them, and the function that reads a row."""

    sql: str
    parameters: Sequence[object]
    compiler: SQLCompiler
    converters: dict[int, Any]
    read: Callable[[Sequence[Any]], Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Question | None":
        """Compile a QuerySet; return None if it cannot have rows (EmptyResultSet)."""
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        return cls(sql, parameters, compiler, converters, _reader(queryset, compiler))

    def rows(self, found: Sequence[Sequence[Any]]) -> Iterator[Any]:
        rows = self.compiler.apply_converters(found, self.converters) if self.converters else found
        return map(self.read, rows)


def _statement(query: Query) -> tuple[str, Sequence[object]]:
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, parameters


def _blanks(
    values: Mapping[str, object], given: Mapping[str, Sequence[Any]]
) -> dict[str, Placeholder | list[Placeholder]]:
    return {
        name: [Placeholder(name, place) for place in range(len(given[name]))]
        if isinstance(value, _LISTS)
        else Placeholder(name)
        for name, value in values.items()
    }


def _filled(parameters: Sequence[object], given: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [given[each.name][each.place] if isinstance(each, Placeholder) else each for each in parameters]


def _reader(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[Sequence[Any]], Any]:
    """Return a function that makes of a row what the QuerySet would make of it."""
    if queryset.query.values_select or compiler.klass_info is None:
        return tuple
    columns = compiler.klass_info["select_fields"]
    begin, end = columns[0], columns[-1] + 1
    names = [expression.target.attname for expression, *_ in compiler.select[begin:end]]
    mode = queryset._fetch_mode  # type: ignore[attr-defined]  # not in the stubs
    instance = partial(compiler.klass_info["model"].from_db, queryset.db, names, fetch_mode=mode)
    related = get_related_populators(compiler.klass_info, compiler.select, queryset.db, mode)
    annotated = (compiler.annotation_col_map or {}).items()

    def read(row: Sequence[Any]) -> Any:
        made = instance(row[begin:end])
        for each in related:
            each.populate(row, made)
        for name, column in annotated:
            setattr(made, name, row[column])
        return made

    return read


def _given(value: object) -> list[Any]:
    """Return the value, or the padded values of a list, adapted to the database."""
    return pad_values([_adapted(each) for each in value]) if isinstance(value, _LISTS) else [_adapted(value)]


def _adapted(value: object) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value.value if isinstance(value, Enum) else value
