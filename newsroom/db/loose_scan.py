"""Loose index scans: read the first row or the value of each group from an index and skip the rows in between."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Func, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan

# The ORM has no common table expressions, so these templates combine queries that it compiles.
_STEPS = (
    "found{number}(id) AS (SELECT * FROM ({first}) begin{number} UNION ALL SELECT ({following})"
    " FROM found{number} JOIN {table} previous ON previous.id = found{number}.id)"
)
_FOUND = "SELECT id FROM found{0} WHERE id IS NOT NULL"


def select_first_of_each[Row: Model](
    branches: Sequence[QuerySet[Row, Any]], function: type[Func], column: str, *, then: Sequence[str]
) -> QuerySet[Row]:
    """Return the first row, in the order ``then``, for each value of ``function(column)`` in each branch.

    From each value, the next higher one is looked up. There must be an index on the columns that a branch filters by,
    followed by the expression and ``then``.
    """
    model = branches[0].model
    table = connection.ops.quote_name(model._meta.db_table)
    value = function(column)
    previous_value = function(RawSQL(f"previous.{connection.ops.quote_name(column)}", ()))  # noqa: S611 -- a quoted column name
    steps: list[str] = []
    values: list[object] = []
    for number, branch in enumerate(branches):
        ordered = branch.order_by(value, *then)
        following_rows = ordered.filter(GreaterThan(value, previous_value))
        first, first_values = ordered.values("pk")[:1].query.sql_with_params()
        following, following_values = following_rows.values("pk")[:1].query.sql_with_params()
        steps.append(_STEPS.format(number=number, first=first, following=following, table=table))
        values += [*first_values, *following_values]
    union = " UNION ALL ".join(map(_FOUND.format, range(len(branches))))
    keys = f"WITH RECURSIVE {', '.join(steps)} {union}"
    if connection.vendor == "postgresql":
        # The planner cannot estimate how many rows a recursive query returns. For an array, it expects few rows and looks
        # them up one by one.
        keys = f"SELECT unnest(ARRAY({keys}))"
    return model._default_manager.filter(pk__in=RawSQL(keys, values))  # noqa: S611 -- SQL from the ORM


MAX_VALUES = 500

# Each value is found by an index lookup, so that finding a few distinct values does not require scanning every row.
_DISTINCT_VALUES_SQL = """
WITH RECURSIVE found(value) AS (
  SELECT MIN({column}) FROM {table}{where}
  UNION ALL
  SELECT (SELECT MIN({column}) FROM {table}{where}{and_more} {column} > found.value)
  FROM found WHERE found.value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL LIMIT %s
"""


def distinct_values(model: type[models.Model], field: str, **equal: str) -> list[Any]:
    """Return the distinct values of ``field`` in the rows that match ``equal``, ascending, at most ``MAX_VALUES``.

    NULL is left out. There must be an index on the fields of ``equal`` followed by ``field``.
    """
    meta, quote = model._meta, connection.ops.quote_name
    columns = {item.name: quote(item.get_attname_column()[1] or item.name) for item in meta.concrete_fields}
    conditions = [f"{columns[name]} = %s" for name in equal]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = _DISTINCT_VALUES_SQL.format(
        column=columns[field],
        table=quote(meta.db_table),
        where=where,
        and_more=" AND" if where else " WHERE",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*equal.values(), *equal.values(), MAX_VALUES])
        return [value for (value,) in cursor.fetchall()]
