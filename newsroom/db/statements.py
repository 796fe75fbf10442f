"""Questions that every page asks: their SQL is written once in each process, and PostgreSQL plans it once on each connection.

Django writes the SQL of a QuerySet anew each time it is asked, which takes longer than to answer it.
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

# Statements on one connection. What publishes and answers asks more than the hundred that the driver would keep, and one
# after the other: each would be forgotten by the time it is asked again.
_KEPT = 1_000
_LISTS = (list, tuple, set, frozenset)
# So long a list is doubled in length; beyond, it grows in steps of which 500 is one: SQLite joins no more selects than that.
_DOUBLED, _STEP = 256, 20


class Blank(Value):
    """The place in a question of a value that is given when it is asked: the one of this ``name``, in a list that at ``place``."""

    def __init__(self, name: str, place: int = 0) -> None:
        super().__init__(name)
        self.name = name
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return a parameter, and in the place of its value this blank."""
        return "%s", (self,)


class _Once[Written]:
    """What is put into SQL once for each number of values that its lists hold."""

    def __init__(self, write: Callable[..., Any], put: Callable[[Any], Written]) -> None:
        self._write = write
        self._put = put
        self._written: dict[tuple[int, ...], Written] = {}

    def for_values(self, values: Mapping[str, object]) -> tuple[Written, dict[str, list[Any]]]:
        """Return what is written for values like these, and the values as this database takes them."""
        given = {name: _given(value) for name, value in values.items()}
        lengths = tuple(len(each) for each in given.values())
        if lengths not in self._written:
            self._written[lengths] = self._put(self._write(**_blanks(values, given)))
        return self._written[lengths], given


class PreparedQuery[Row]:
    """A question in the words of a QuerySet, which ``write`` returns when it is given blanks in the place of values.

    It is answered as the QuerySet would be, with instances and what is selected, related and annotated, or with the
    tuples of ``values_list``; nothing can be prefetched. What ``write`` takes from anywhere but its values, such
    as a limit, stays as it was when it was asked first. Values are moments, uids, words and numbers, never None; a list of
    them stands where the QuerySet has ``__in``.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Row]]) -> None:
        self._once = _Once(write, _Question.of)

    def __call__(self, **values: object) -> list[Row]:
        """Return the rows that are found with these values. One query, none where a QuerySet would not ask either."""
        question, given = self._once.for_values(values)
        if question is None:
            return []
        with prepared_cursor() as cursor:
            cursor.execute(question.sql, _filled(question.parameters, given))
            return list(question.rows(cursor.fetchall()))


class PreparedChange:
    """A change in the words of ``updating`` or ``deleting``, which ``write`` returns when it is given blanks in the place of values.

    Its values are as those of ``Prepared``; a list of them holds one at least.
    """

    def __init__(self, write: Callable[..., Query]) -> None:
        self._once = _Once(write, _statement)

    def __call__(self, **values: object) -> int:
        """Change the rows that are found with these values; return how many they are. One query."""
        (sql, parameters), given = self._once.for_values(values)
        with prepared_cursor() as cursor:
            cursor.execute(sql, _filled(parameters, given))
            return int(cursor.rowcount)


class PreparedRowQuery:
    """Rows of a model that are inserted together and not read back, each a tuple of the values of these ``fields``.

    Values are as those of ``Prepared``, or None where a field takes it. Fields that are not named the database fills in.
    """

    def __init__(self, model: type[Model], *fields: str) -> None:
        self._model = model
        self._names = fields

    def __call__(self, rows: Iterable[Sequence[object]]) -> None:
        """Insert the rows. One query, none without rows."""
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
        """The statement: on PostgreSQL of lists, one for each field, elsewhere of a row."""
        fields = [cast("Field[Any, Any]", self._model._meta.get_field(name)) for name in self._names]
        table, *columns = map(
            connection.ops.quote_name, [self._model._meta.db_table, *(field.column or "" for field in fields)]
        )
        if connection.vendor == "postgresql":
            lists = [f"%s::{(field.db_type(connection) or '').partition('(')[0]}[]" for field in fields]
            rows = f"SELECT * FROM unnest({', '.join(lists)})"  # noqa: S608 -- names of our own
        else:
            rows = f"VALUES ({', '.join(['%s'] * len(fields))})"
        return f"INSERT INTO {table} ({', '.join(columns)}) {rows}"


def updating(queryset: QuerySet[Any, Any], **values: object) -> Query:
    """Return the change that ``queryset.update`` would make."""
    query = cast("UpdateQuery", queryset.query.chain(UpdateQuery))
    query.add_update_values(values)
    return query


def deleting(queryset: QuerySet[Any, Any]) -> Query:
    """Return the change that ``queryset.delete`` would make in the table itself: what points to its rows is not looked after."""
    return queryset.order_by().query.chain(DeleteQuery)


def filled_up[Item](values: list[Item]) -> list[Item]:
    """Return a list with its last value again and again, so that few statements are to be prepared.

    Up to the next power of two; a longer one up to the next ``_STEP``, as databases take no more than some hundred parts.
    """
    count = len(values)
    length = 1 << (count - 1).bit_length() if count <= _DOUBLED else -(-count // _STEP) * _STEP
    return values + values[-1:] * (length - count)


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Yield a cursor of this thread's connection whose statements PostgreSQL keeps, as it planned them, with the connection.

    A cursor of Django's writes the values into each statement, so that no two are the same.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.connection.prepared_max = _KEPT
            cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # the stubs know no base of it
        yield cursor


@dataclass(frozen=True, slots=True)
class _Question:
    """The SQL of a question, its parameters with blanks among them, and what reads the rows."""

    sql: str
    parameters: Sequence[object]
    compiler: SQLCompiler
    converters: dict[int, Any]
    read: Callable[[Sequence[Any]], Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Question | None":
        """Put a question into SQL; None where it is plain beforehand that nothing can be found."""
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


def _blanks(values: Mapping[str, object], given: Mapping[str, Sequence[Any]]) -> dict[str, Blank | list[Blank]]:
    return {
        name: [Blank(name, place) for place in range(len(given[name]))] if isinstance(value, _LISTS) else Blank(name)
        for name, value in values.items()
    }


def _filled(parameters: Sequence[object], given: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [given[each.name][each.place] if isinstance(each, Blank) else each for each in parameters]


def _reader(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[Sequence[Any]], Any]:
    """Return what makes of a row what the QuerySet would."""
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
    """Return the value, or those of a list, as this database takes them."""
    return filled_up([_adapted(each) for each in value]) if isinstance(value, _LISTS) else [_adapted(value)]


def _adapted(value: object) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value.value if isinstance(value, Enum) else value
