"""Counts of rows, capped at a thousand where there may be many, and a paginator with a capped count."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Model, QuerySet

MAX_COUNT = 1_000


def format_count(number: int) -> str:
    """Return a count as text, such as “12”, or “1,000+” if it is above ``MAX_COUNT``."""
    return f"{MAX_COUNT:,}+" if number > MAX_COUNT else f"{number:,}"


def newest_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the primary keys of the newest of ``rows``, at most ``MAX_COUNT`` + 1."""
    return rows.order_by("-pk").values("pk")[: MAX_COUNT + 1]


def any_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the primary keys of at most ``MAX_COUNT`` + 1 of ``rows``, in no particular order."""
    return rows.order_by().values("pk")[: MAX_COUNT + 1]


def count_capped(
    queries: Iterable[QuerySet[Any]], *, limit: Callable[[QuerySet[Any]], QuerySet[Any]] = newest_rows
) -> list[int]:
    """Return the number of rows of each QuerySet. This takes at most one query.

    ``limit`` selects the rows to count. A result of ``MAX_COUNT`` + 1 means that there are more than ``MAX_COUNT``.
    """
    statements: list[tuple[str, tuple[Any, ...]] | None] = []
    for rows in queries:
        try:
            sql, values = limit(rows).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            statements.append(None)
        else:
            statements.append((sql, tuple(values)))
    subqueries = [statement for statement in statements if statement]
    if not subqueries:
        return [0] * len(statements)
    columns = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _ in subqueries)  # noqa: S608 -- Django's SQL
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _, values in subqueries for value in values])
        numbers = iter(cursor.fetchone())
    return [int(next(numbers)) if statement else 0 for statement in statements]


def count_by(rows: QuerySet[Any], field: str) -> dict[Any, int]:
    """Return the number of ``rows`` for each value of ``field``. There is no cap, so ``rows`` must be few."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("pk")))


def attach_counts[Row: Model](rows: Iterable[Row], name: str, related: Callable[[Any], QuerySet[Any]]) -> list[Row]:
    """Set ``name`` on each row to the number of its ``related`` rows, at most ``MAX_COUNT`` + 1; return the rows."""
    row_list = list(rows)
    numbers = count_capped((related(row) for row in row_list), limit=any_rows)
    for row, number in zip(row_list, numbers, strict=True):
        setattr(row, name, number)
    return row_list


class CappedPaginator(Paginator[Any]):
    """A paginator for the first ``MAX_COUNT`` rows. To see later rows, users must filter the list."""

    @cached_property
    def capped_count(self) -> int:
        """The number of rows. For a QuerySet, ``MAX_COUNT`` + 1 means that there are more than ``MAX_COUNT``."""
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return count_capped([self.object_list])[0]

    @property
    def is_capped(self) -> bool:
        """Whether there are more than ``MAX_COUNT`` rows."""
        return self.capped_count > MAX_COUNT

    @property
    def count(self) -> int:
        """The number of rows on all pages."""
        return min(self.capped_count, MAX_COUNT)
