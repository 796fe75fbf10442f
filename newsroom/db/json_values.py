"""Values from the objects of a JSON list, without the rest of these objects."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, JSONField
from django.db.models.sql.compiler import SQLCompiler


class ValuesInList(Func):
    """The values of ``key`` in the objects of the list ``name`` of a JSON column, as a JSON list.

    It is an empty list if the list is empty or missing.
    """

    arity = 1
    output_field = JSONField()

    def __init__(self, column: str, name: str, key: str, **extra: Any) -> None:
        super().__init__(column, **extra)
        self._name = name
        self._key = key

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Sequence[Any]]:
        """Return the expression as SQL for PostgreSQL."""
        template = f"jsonb_path_query_array(%(expressions)s, '$.{self._name}[*].{self._key}')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the expression as SQL for SQLite."""
        values = f"json_group_array(json_extract(item.value, '$.{self._key}'))"
        template = f"(SELECT {values} FROM json_each(%(expressions)s, '$.{self._name}') AS item)"  # noqa: S608  # no user input
        sql, parameters = self.as_sql(compiler, connection, template=template, **context)
        return sql, tuple(parameters)
