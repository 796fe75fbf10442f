"""Capped counts: the number of rows of a query, counted up to a thousand."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Model, QuerySet

MAX_COUNT = 1_000


def format_count(number: int) -> str:
    """Return a count as text, such as “12”, or “1,000+” if it is above ``MOST``."""
    return f"{MAX_COUNT:,}+" if number > MAX_COUNT else f"{number:,}"


def newest_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the primary keys of the newest ``MOST`` + 1 of ``rows``."""
    return rows.order_by("-pk").values("pk")[: MAX_COUNT + 1]


def any_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the primary keys of any ``MOST`` + 1 of ``rows``, in whichever order they are found."""
    return rows.order_by().values("pk")[: MAX_COUNT + 1]


def count_capped(
    queries: Iterable[QuerySet[Any]], *, part: Callable[[QuerySet[Any]], QuerySet[Any]] = newest_rows
) -> list[int]:
    """Return the number of rows of each query, in one statement.

    ``part`` limits what is counted; a result of ``MOST`` + 1 means that there are more than ``MOST``.
    """
    parts: list[tuple[str, tuple[Any, ...]] | None] = []
    for rows in queries:
        try:
            sql, values = part(rows).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            parts.append(None)
        else:
            parts.append((sql, tuple(values)))
    asked = [part for part in parts if part]
    if not asked:
        return [0] * len(parts)
    columns = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _ in asked)  # noqa: S608 -- written by Django
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _, values in asked for value in values])
        found = iter(cursor.fetchone())
    return [int(next(found)) if part else 0 for part in parts]


def count_by(rows: QuerySet[Any], field: str) -> dict[Any, int]:
    """Return the number of ``rows`` for each value of ``field``. It has no cap, so ``rows`` must be few."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("pk")))


def attach_counts[Row: Model](rows: Iterable[Row], name: str, related: Callable[[Any], QuerySet[Any]]) -> list[Row]:
    """Return the rows, each with the number of its ``related`` rows as the attribute ``name``, up to ``MOST`` + 1."""
    listed = list(rows)
    for row, number in zip(listed, count_capped((related(row) for row in listed), part=any_rows), strict=True):
        setattr(row, name, number)
    return listed


class CappedPaginator(Paginator[Any]):
    """Paginator of the first ``MOST`` rows; to see later ones, users narrow the list."""

    @cached_property
    def capped_count(self) -> int:
        """The number of rows; ``MOST`` + 1 means more than ``MOST``."""
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return count_capped([self.object_list])[0]

    @property
    def is_capped(self) -> bool:
        """Whether there are more than ``MOST`` rows."""
        return self.capped_count > MAX_COUNT

    @property
    def count(self) -> int:
        """The number of rows on all pages."""
        return min(self.capped_count, MAX_COUNT)
