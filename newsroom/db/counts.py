"""Counts no further than anybody reads: how many rows answer, up to a thousand."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Model, QuerySet

MOST = 1_000


def format_count(number: int) -> str:
    """Return a count as people read it: “12”, “1,000+” where there are more."""
    return f"{MOST:,}+" if number > MOST else f"{number:,}"


def newest_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the keys of the newest of ``rows``, one more than are counted."""
    return rows.order_by("-pk").values("pk")[: MOST + 1]


def first_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the keys of as many of ``rows``, whichever is found first."""
    return rows.order_by().values("pk")[: MOST + 1]


def capped(
    queries: Iterable[QuerySet[Any]], *, part: Callable[[QuerySet[Any]], QuerySet[Any]] = newest_rows
) -> list[int]:
    """Return how many rows each query has, none counted further than one past ``MOST``; one statement for all."""
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


def grouped(rows: QuerySet[Any], field: str) -> dict[Any, int]:
    """Return how many of ``rows``, which are few, have each value of a field."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("pk")))


def counted[Row: Model](rows: Iterable[Row], name: str, related: Callable[[Any], QuerySet[Any]]) -> list[Row]:
    """Return rows, each with an attribute ``name`` that says how many are ``related`` to it, as far as is counted."""
    listed = list(rows)
    for row, number in zip(listed, capped((related(row) for row in listed), part=first_rows), strict=True):
        setattr(row, name, number)
    return listed


class CappedPaginator(Paginator[Any]):
    """Pages of the first thousand rows: whoever looks further narrows the list."""

    @cached_property
    def counted(self) -> int:
        """How many rows there are; one more than ``MOST`` stands for more than that."""
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return capped([self.object_list])[0]

    @property
    def is_capped(self) -> bool:
        """Whether there is more than is counted."""
        return self.counted > MOST

    @property
    def count(self) -> int:
        """How many rows the pages hold."""
        return min(self.counted, MOST)
