"""Keyset pagination of lists by date, and the numbered parts of sitemaps.

Each page begins where the previous one ended, so late pages cost no more than the first. A list may have several
branches, such as one per language. A branch is a QuerySet that is read along its own index.
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
_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_UID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list ordered by date and then by uid, newest first."""

    # Not the primary key: readers see cursors in addresses, and a key would reveal the number of unpublished rows.
    moment: datetime
    uid: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC).strftime(_FORMAT)}-{self.uid.hex}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor that ``text`` represents. Raise Http404 if it does not represent one."""
        moment, _, uid = text.rpartition("-")
        if not _UID.fullmatch(uid):
            raise Http404
        try:
            return cls(datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC), UUID(uid))
        except ValueError as error:
            raise Http404 from error


@dataclass(frozen=True, slots=True)
class Page[Row: Model]:
    """A page of a list. ``next_cursor`` leads to the next page; on the last page it is None."""

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
    """Return the page of at most ``size`` rows after the cursor ``before``, or the first page if ``before`` is empty.

    ``rows`` are ordered by ``field`` and ``uid``, newest first; the pair must be unique. If there are ``branches``,
    only rows whose primary key is in the column ``key`` of a branch are listed, as in ``select_newest``. Raise Http404
    if ``before`` is neither empty nor a cursor.
    """
    if before:
        cursor = Cursor.parse(before)
        after_cursor = _is_after(cursor.moment, cursor.uid, field)
        rows, branches = rows.filter(after_cursor), [branch.filter(after_cursor) for branch in branches]
    newest = list(select_newest(rows, limit=size + 1, field=field, branches=branches, key=key))
    return _make_page(newest, size, field, is_first=not before)


class PreparedPagination[Row: Model]:
    """A paginated list that is read with prepared queries (see ``PreparedQuery``).

    ``write`` takes placeholders for the values and returns the rows and the branches that ``paginate`` expects.
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
            rows, branches = write(**values)
            return select_newest(rows, limit=size + 1, field=field, branches=branches, key=key)

        def later(moment: Any, uid: Any, **values: object) -> QuerySet[Row]:
            rows, branches = write(**values)
            after_cursor = _is_after(moment, uid, field)
            later_branches = [branch.filter(after_cursor) for branch in branches]
            later_rows = rows.filter(after_cursor)
            return select_newest(later_rows, limit=size + 1, field=field, branches=later_branches, key=key)

        self._first, self._later = PreparedQuery(first), PreparedQuery(later)
        self._field, self._size = field, size

    def __call__(self, before: str, **values: object) -> Page[Row]:
        """Return the page after the cursor ``before``, as ``paginate`` does."""
        if before:
            cursor = Cursor.parse(before)
            rows = self._later(moment=cursor.moment, uid=cursor.uid, **values)
        else:
            rows = self._first(**values)
        return _make_page(rows, self._size, self._field, is_first=not before)


def _make_page[Row: Model](rows: list[Row], size: int, field: str, *, is_first: bool) -> Page[Row]:
    """Return the page of the first ``size`` rows. A further row in ``rows`` means that there is a next page."""
    page_rows, next_cursor = rows[:size], None
    if len(rows) > size:
        last: object = getattr(page_rows[-1], field)
        next_cursor = Cursor(last, getattr(page_rows[-1], "uid")) if isinstance(last, datetime) else None  # noqa: B009  # any model with uids
    return Page(page_rows, next_cursor, is_first=is_first)


def select_newest[Row: Model](
    rows: QuerySet[Row],
    *,
    limit: int,
    field: str = "updated_at",
    branches: Sequence[QuerySet[Any, Any]] = (),
    key: str = "pk",
) -> QuerySet[Row]:
    """Return the first ``limit`` of ``rows`` by ``field`` and ``uid``, newest first.

    If there are ``branches``, only rows whose primary key is in the column ``key`` of a branch are returned. The first
    ``limit`` rows of each branch are read along an index with that order, and then sorted together.
    """
    order = (f"-{field}", "-uid")
    if branches:
        rows = rows.filter(pk__in=select_first(branches, order=order, limit=limit, columns=(key,)))
    return rows.order_by(*order)[:limit]


def select_first(
    branches: Sequence[QuerySet[Any, Any]],
    *,
    order: Sequence[str | Func],
    limit: int,
    columns: Sequence[str] = ("pk",),
    repeats: bool = True,
) -> QuerySet[Any, Any]:
    """Return ``columns`` of the first ``limit`` rows of each branch, in no particular order.

    The result can be used alone or as a subquery. If ``repeats`` is false, a row that is in several branches is
    returned once. An index on the order and the columns is enough to compute the result. Whatever the planner expects,
    at most ``limit`` rows of each branch are read.
    """
    sliced = [branch.order_by(*order).values_list(*columns)[:limit] for branch in branches]
    if len(sliced) == 1:
        return sliced[0]
    if not connection.features.supports_slicing_ordering_in_compound:
        # SQLite does not accept a sliced query in a union, but it accepts a query that contains the sliced one as a
        # subquery.
        sliced = [
            query.model._default_manager.filter(pk__in=query.values("pk")).order_by().values_list(*columns)
            for query in sliced
        ]
    union = sliced[0].union(*sliced[1:], all=repeats)
    # If all other branches are empty, Django reduces the union to one sliced query, which keeps its order.
    return union if union.query.is_sliced else union.order_by()


def limit_branches(
    branches: Sequence[QuerySet[Any, Any]], *, before: str, limit: int, field: str = "updated_at"
) -> tuple[list[QuerySet[Any, Any]], Cursor | None]:
    """Return the branches up to and including the row at a cursor, and this cursor.

    The cursor is at the row of a branch that is ``limit`` rows after the cursor ``before``, or after the start if
    ``before`` is empty. If several branches have such a row, the newest one counts, so that no row in between is
    skipped. If no branch has one, the cursor is None and the branches are not limited. Raise Http404 if ``before`` is
    neither empty nor a cursor.
    """
    ends: list[tuple[datetime, UUID]] = []
    later_branches = list(branches)
    if before:
        cursor = Cursor.parse(before)
        after_cursor = _is_after(cursor.moment, cursor.uid, field)
        later_branches = [branch.filter(after_cursor) for branch in later_branches]
    for branch in later_branches:
        ends += branch.order_by(f"-{field}", "-uid").values_list(field, "uid")[limit - 1 : limit]
    if not ends:
        return list(branches), None
    end = Cursor(*max(ends))
    until_end = TupleGreaterThanOrEqual(Tuple(F(field), F("uid")), (end.moment, end.uid))
    return [branch.filter(until_end) for branch in branches], end


def _is_after(moment: Any, uid: Any, field: str) -> TupleLessThan:
    """Return the condition that a row comes after a cursor."""
    # One comparison of a pair, so that the database can start reading the index at this position.
    return TupleLessThan(Tuple(F(field), F("uid")), (moment, uid))


# A fifth of the entries that a sitemap may contain (sitemaps.org/protocol.html, “Sitemap index files”).
PART_SIZE = 10_000


class SitemapPart(Func):
    """The number of the sitemap part, counted from 0, that contains the row with a given key."""

    # No parameters, so that the database recognises an index on this expression.
    template = f"(%(expressions)s / {PART_SIZE})"
    arity = 1
    output_field = BigIntegerField()
