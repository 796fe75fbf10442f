"""The few values of a column of many rows, found through its index."""

from typing import Any

from django.db import connection, models

MOST = 500

# Each next value is looked up in the index, so that not every row is read for a handful of values.
_VALUES = """
WITH RECURSIVE found(value) AS (
  SELECT MIN({column}) FROM {table}{where}
  UNION ALL
  SELECT (SELECT MIN({column}) FROM {table}{where}{and_more} {column} > found.value)
  FROM found WHERE found.value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL LIMIT %s
"""


def distinct(model: type[models.Model], field: str, **equal: str) -> list[Any]:
    """Return the first values of a field, at most ``MOST``, in their order, of the rows of which ``equal`` is true.

    An index begins with the fields of ``equal`` and goes on with this one, or the whole table is read.
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
        cursor.execute(statement, [*equal.values(), *equal.values(), MOST])
        return [value for (value,) in cursor.fetchall()]
