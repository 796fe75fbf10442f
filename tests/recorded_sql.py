"""What is asked of the database, as it can be asked again."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.adapt import PyFormat, Transformer
from psycopg.sql import Literal

# What leaves all rows as they are.
_READS = re.compile(
    r"\s*\(?\s*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|PRAGMA|EXPLAIN)\b", re.IGNORECASE
)
# What executes a statement that was prepared here: no two have the same name.
PREPARED = re.compile(r"^EXECUTE asked_\d+")
_NUMBERS = count(1)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that fills with the SQL of the block, with its values: also of what was prepared, which Django logs beside them."""
    asked: list[str] = []

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(sql if many else _with_values(sql, params, context["cursor"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield asked


@contextmanager
def writes() -> Iterator[list[str]]:
    """Yield a list that fills with the statements of the block that may have changed a row."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not _READS.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def _with_values(sql: str, params: Any, cursor: Any) -> str:
    if connection.vendor == "sqlite":
        return str(connection.ops.last_executed_query(cursor, sql, params))
    if isinstance(cursor.cursor, ServerBindingCursor) and sql.lstrip("(").startswith("SELECT"):
        return _prepared(sql, params)
    return str(getattr(connection.ops, "compose_sql")(sql, params))  # noqa: B009  # PostgreSQL alone has it


def _prepared(sql: str, params: Sequence[Any]) -> str:
    """Prepare a statement as the driver does; return what executes it, so that its plan is one for all values too."""
    name, numbers = f"asked_{next(_NUMBERS)}", count(1)
    types = ", ".join(_type_of(value) for value in params)
    numbered = re.sub("%[%s]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", sql)
    connection.connection.execute(f"PREPARE {name}{f'({types})' if types else ''} AS {numbered}")
    values = ", ".join(Literal(value).as_string(connection.connection) for value in params)
    return f"EXECUTE {name}{f'({values})' if values else ''} /* {sql.replace('*/', '* /')} */"


def _type_of(value: object) -> str:
    """Return the type as which the driver sends a value."""
    oid = Transformer(connection.connection).get_dumper(value, PyFormat.TEXT).oid
    found = connection.connection.adapters.types.get(oid)
    return "unknown" if found is None else f"{found.regtype}[]" if oid == found.array_oid else found.regtype
