"""Loose index scans: read the first row or the value of each group from an index, without the rows in between."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Func, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan

# The ORM has no common table expressions: these combine queries that it compiles.
_STEPS = (
    "found{number}(id) AS (SELECT * FROM ({first}) begin{number} UNION ALL SELECT ({following})"
    " FROM found{number} JOIN {table} previous ON previous.id = found{number}.id)"
)
_FOUND = "SELECT id FROM found{0} WHERE id IS NOT NULL"


def select_first_of_each[Row: Model](
    parts: Sequence[QuerySet[Row, Any]], made: type[Func], column: str, *, then: Sequence[str]
) -> QuerySet[Row]:
    """Return the first row by ``then`` for each value of the expression ``made(column)`` in each of ``parts``.

    From each value the next higher one is looked up. An index on the columns that a part filters by, the expression
    and ``then`` is therefore read once for each value.
    """
    model = parts[0].model
    table = connection.ops.quote_name(model._meta.db_table)
    step, before = made(column), made(RawSQL(f"previous.{connection.ops.quote_name(column)}", ()))  # noqa: S611 -- a quoted column name
    found: list[str] = []
    values: list[object] = []
    for number, part in enumerate(parts):
        ordered = part.order_by(step, *then)
        first, first_values = ordered.values("pk")[:1].query.sql_with_params()
        following, following_values = ordered.filter(GreaterThan(step, before)).values("pk")[:1].query.sql_with_params()
        found.append(_STEPS.format(number=number, first=first, following=following, table=table))
        values += [*first_values, *following_values]
    together = " UNION ALL ".join(map(_FOUND.format, range(len(parts))))
    keys = f"WITH RECURSIVE {', '.join(found)} {together}"
    if connection.vendor == "postgresql":
        # The planner cannot estimate a recursion. Of an array it expects few rows, and looks them up one by one.
        keys = f"SELECT unnest(ARRAY({keys}))"
    return model._default_manager.filter(pk__in=RawSQL(keys, values))  # noqa: S611 -- written by the ORM above


MAX_VALUES = 500

# Each next value is looked up in the index, so that a handful of values does not cost a scan of every row.
_VALUES = """
WITH RECURSIVE found(value) AS (
  SELECT MIN({column}) FROM {table}{where}
  UNION ALL
  SELECT (SELECT MIN({column}) FROM {table}{where}{and_more} {column} > found.value)
  FROM found WHERE found.value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL LIMIT %s
"""


def distinct_values(model: type[models.Model], field: str, **equal: str) -> list[Any]:
    """Return the first ``MOST`` values of ``field`` in ascending order, of the rows that match ``equal``.

    Without an index on the fields of ``equal`` followed by this one, the whole table is read.
    """
    meta, quote = model._meta, connection.ops.quote_name
    columns = {each.name: quote(each.get_attname_column()[1] or each.name) for each in meta.concrete_fields}
    conditions = [f"{columns[name]} = %s" for name in equal]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = _VALUES.format(
        column=columns[field],
        table=quote(meta.db_table),
        where=where,
        and_more=" AND" if where else " WHERE",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*equal.values(), *equal.values(), MAX_VALUES])
        return [value for (value,) in cursor.fetchall()]
