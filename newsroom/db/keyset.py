"""Keyset pagination of lists by date, and the numbered parts of sitemaps.

Each page begins where the one before it ended, so late pages cost no more than the first. A list may have several
branches, such as one for each language: QuerySets that are each read along an index of their own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, F, Func, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual, TupleLessThan
from django.http import Http404

from newsroom.db.statements import PreparedQuery

PAGE_SIZE = 20
_SHAPE = "%Y%m%dT%H%M%S.%fZ"
_KEY = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list ordered by date and then by uid, newest first."""

    # Not by primary key: readers see cursors in addresses, and a key would reveal how many unpublished rows there are.
    moment: datetime
    uid: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC).strftime(_SHAPE)}-{self.uid.hex}"

    @classmethod
    def parse(cls, words: str) -> "Cursor":
        """Return the cursor that ``words``, written by ``str``, name. Raise Http404 for anything else."""
        moment, _, key = words.rpartition("-")
        if not _KEY.fullmatch(key):
            raise Http404
        try:
            return cls(datetime.strptime(moment, _SHAPE).replace(tzinfo=UTC), UUID(key))
        except ValueError as error:
            raise Http404 from error


@dataclass(frozen=True, slots=True)
class Page[Row: Model]:
    """A page of a list, and the cursor of the next one: ``earlier`` is None on the last page."""

    rows: list[Row]
    next_cursor: Cursor | None
    is_first: bool


def paginate[Row: Model](
    rows: QuerySet[Row],
    *,
    before: str,
    field: str = "updated_at",
    size: int = PAGE_SIZE,
    branches: Sequence[QuerySet[Any, Any]] = (),
    key: str = "pk",
) -> Page[Row]:
    """Return the page of ``size`` rows after the cursor ``before``, or the first page if it is empty, in one query.

    ``rows`` are ordered by ``field`` and ``uid``, newest first; the pair must be unique. If branches are given in
    ``walks``, only rows that one of them names by its column ``key`` are listed, as in ``newest``. Raise Http404 if
    ``before`` is not a cursor.
    """
    if before:
        place = Cursor.parse(before)
        behind = _behind(place.moment, place.uid, field)
        rows, branches = rows.filter(behind), [walk.filter(behind) for walk in branches]
    found = list(select_newest(rows, limit=size + 1, field=field, walks=branches, key=key))
    return _slice(found, size, field, is_first=not before)


class PreparedPagination[Row: Model]:
    """A paginated list whose QuerySets are compiled to SQL once in each process.

    ``write`` takes placeholders (``Blank``) for values. It returns the rows and the branches that ``paginate`` takes.
    """

    def __init__(
        self,
        write: Callable[..., tuple[QuerySet[Row], Sequence[QuerySet[Any, Any]]]],
        *,
        field: str = "updated_at",
        size: int = PAGE_SIZE,
        key: str = "pk",
    ) -> None:
        def first(**values: object) -> QuerySet[Row]:
            rows, walks = write(**values)
            return select_newest(rows, limit=size + 1, field=field, walks=walks, key=key)

        def later(moment: Any, uid: Any, **values: object) -> QuerySet[Row]:
            rows, walks = write(**values)
            behind = _behind(moment, uid, field)
            further = [walk.filter(behind) for walk in walks]
            return select_newest(rows.filter(behind), limit=size + 1, field=field, walks=further, key=key)

        self._first, self._later = PreparedQuery(first), PreparedQuery(later)
        self._field, self._size = field, size

    def __call__(self, before: str, **values: object) -> Page[Row]:
        """Return the page after the cursor ``before``, as ``paginate`` does, in one query."""
        if before:
            place = Cursor.parse(before)
            found = self._later(moment=place.moment, uid=place.uid, **values)
        else:
            found = self._first(**values)
        return _slice(found, self._size, self._field, is_first=not before)


def _slice[Row: Model](found: list[Row], size: int, field: str, *, is_first: bool) -> Page[Row]:
    """Return the page of the first ``size`` rows found; one row more means that there is a next page."""
    rows, earlier = found[:size], None
    if len(found) > size:
        last: object = getattr(rows[-1], field)
        earlier = Cursor(last, getattr(rows[-1], "uid")) if isinstance(last, datetime) else None  # noqa: B009  # of any model with uids
    return Page(rows, earlier, is_first=is_first)


def select_newest[Row: Model](
    rows: QuerySet[Row],
    *,
    limit: int,
    field: str = "updated_at",
    walks: Sequence[QuerySet[Any, Any]] = (),
    key: str = "pk",
) -> QuerySet[Row]:
    """Return the first ``limit`` of ``rows`` by ``field`` and ``uid``, newest first.

    If branches are given in ``walks``, they find the rows. Each branch reads its own newest rows along an index with
    that order, and names rows by its column ``key``. At most ``limit`` rows of each branch are then sorted.
    """
    order = (f"-{field}", "-uid")
    if walks:
        rows = rows.filter(pk__in=select_first(walks, order=order, limit=limit, columns=(key,)))
    return rows.order_by(*order)[:limit]


def select_first(
    walks: Sequence[QuerySet[Any, Any]],
    *,
    order: Sequence[str | Func],
    limit: int,
    columns: Sequence[str] = ("pk",),
    repeats: bool = True,
) -> QuerySet[Any, Any]:
    """Return ``columns`` of the first ``limit`` rows of each branch, unordered, for use alone or as a subquery.

    Without ``repeats`` no row is returned twice. An index that holds the order and the columns is enough. Whatever
    the planner expects, no more than ``limit`` rows of each branch are read.
    """
    cut = [walk.order_by(*order).values_list(*columns)[:limit] for walk in walks]
    if len(cut) == 1:
        return cut[0]
    if not connection.features.supports_slicing_ordering_in_compound:
        # SQLite accepts no sliced query in a union, but one that has the sliced query as a subquery.
        cut = [
            each.model._default_manager.filter(pk__in=each.values("pk")).order_by().values_list(*columns)
            for each in cut
        ]
    found = cut[0].union(*cut[1:], all=repeats)
    # If all other branches are empty, Django reduces the union to one sliced query, which keeps its order.
    return found if found.query.is_sliced else found.order_by()


def limit_branches(
    walks: Sequence[QuerySet[Any, Any]], *, before: str, most: int, field: str = "updated_at"
) -> tuple[list[QuerySet[Any, Any]], Cursor | None]:
    """Return the branches limited to rows down to a cursor, and that cursor; make one query for each branch.

    The cursor is at row number ``most`` after the cursor ``before``. Of several branches that have so many rows, the
    one that gets there first counts, so that no row in between is skipped. If no branch has so many, the cursor is
    None and nothing is limited. Raise Http404 if ``before`` is not a cursor.
    """
    ends: list[tuple[datetime, UUID]] = []
    ahead = list(walks)
    if before:
        place = Cursor.parse(before)
        ahead = [walk.filter(_behind(place.moment, place.uid, field)) for walk in ahead]
    for walk in ahead:
        ends += walk.order_by(f"-{field}", "-uid").values_list(field, "uid")[most - 1 : most]
    if not ends:
        return list(walks), None
    end = Cursor(*max(ends))
    here = TupleGreaterThanOrEqual(Tuple(F(field), F("uid")), (end.moment, end.uid))
    return [walk.filter(here) for walk in walks], end


def _behind(moment: Any, uid: Any, field: str) -> TupleLessThan:
    """Return the condition that a row comes after a position."""
    # One comparison of a pair, so that the database can begin reading the index at it.
    return TupleLessThan(Tuple(F(field), F("uid")), (moment, uid))


# A fifth of the entries that a sitemap may hold (sitemaps.org/protocol.html, “Sitemap index files”).
PART_SIZE = 10_000


class SitemapPart(Func):
    """The number, from 0, of the sitemap part that holds the row with a key."""

    # Without parameters, so that the database recognises an index on this expression.
    template = f"(%(expressions)s / {PART_SIZE})"
    arity = 1
    output_field = BigIntegerField()
