"""What is asked of the database, as it can be asked again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that fills with the SQL of the block, with its values: also of what was prepared, which Django logs beside them."""
    asked: list[str] = []

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(sql if many else _with_values(sql, params, context["cursor"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield asked


def _with_values(sql: str, params: Any, cursor: Any) -> str:
    if connection.vendor == "sqlite":
        return str(connection.ops.last_executed_query(cursor, sql, params))
    return str(getattr(connection.ops, "compose_sql")(sql, params))  # noqa: B009  # PostgreSQL alone has it
