"""Record the SQL statements of a block, in a form that can be run again."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.adapt import PyFormat, Transformer
from psycopg.sql import Literal

# Statements that change no row.
_READS = re.compile(
    r"\s*\(?\s*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|PRAGMA|EXPLAIN)\b", re.IGNORECASE
)
# A statement that executes one prepared here. Each prepared statement has a different name.
PREPARED = re.compile(r"^EXECUTE prepared_\d+")
_NUMBERS = count(1)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that collects the SQL of the block with its values.

    This includes the values of prepared statements, which Django logs separately.
    """
    recorded: list[str] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        recorded.append(sql if many else _insert_values(sql, params, context["cursor"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield recorded


@contextmanager
def writes() -> Iterator[list[str]]:
    """Yield a list that collects the statements of the block that may have changed a row."""
    written: list[str] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not _READS.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield written


def _insert_values(sql: str, params: Any, cursor: Any) -> str:
    if connection.vendor == "sqlite":
        return str(connection.ops.last_executed_query(cursor, sql, params))
    if isinstance(cursor.cursor, ServerBindingCursor) and sql.lstrip("(").startswith(("SELECT", "WITH")):
        return _prepare(sql, params)
    return str(getattr(connection.ops, "compose_sql")(sql, params))  # noqa: B009  # only PostgreSQL has it


def _prepare(sql: str, params: Sequence[Any]) -> str:
    """Prepare a statement as the driver does, and return a statement that executes it.

    The plan can then be generic, as in production.
    """
    name, numbers = f"prepared_{next(_NUMBERS)}", count(1)
    types = ", ".join(_type_name(value) for value in params)
    numbered = re.sub("%[%s]", lambda match: f"${next(numbers)}" if match[0] == "%s" else "%", sql)
    connection.connection.execute(f"PREPARE {name}{f'({types})' if types else ''} AS {numbered}")
    values = ", ".join(Literal(value).as_string(connection.connection) for value in params)
    return f"EXECUTE {name}{f'({values})' if values else ''} /* {sql.replace('*/', '* /')} */"


def _type_name(value: object) -> str:
    """Return the PostgreSQL type with which the driver sends a value."""
    oid = Transformer(connection.connection).get_dumper(value, PyFormat.TEXT).oid
    info = connection.connection.adapters.types.get(oid)
    return "unknown" if info is None else f"{info.regtype}[]" if oid == info.array_oid else info.regtype
