"""Cuts long lists into pages by date: each page begins where the one before it ended, so no page is slow."""

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
    """A place in a list ordered by date and then by uid, newest first.

    Readers see it in addresses. The number of a row would tell how many were made that nobody may see yet.
    """

    moment: datetime
    key: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC).strftime(_SHAPE)}-{self.key.hex}"

    @classmethod
    def read(cls, words: str) -> "Cursor":
        """Return the place that ``words``, written by ``str``, name; raise Http404 for anything else."""
        moment, _, key = words.rpartition("-")
        if not _KEY.fullmatch(key):
            raise Http404
        try:
            return cls(datetime.strptime(moment, _SHAPE).replace(tzinfo=UTC), UUID(key))
        except ValueError as error:
            raise Http404 from error


@dataclass(frozen=True, slots=True)
class Page[Row: Model]:
    """Some rows of a list, and where the next begin: ``earlier`` is None on the last page."""

    rows: list[Row]
    earlier: Cursor | None
    is_first: bool


def paginate[Row: Model](
    rows: QuerySet[Row],
    *,
    before: str,
    field: str = "updated_at",
    size: int = PAGE_SIZE,
    walks: Sequence[QuerySet[Any, Any]] = (),
    key: str = "pk",
) -> Page[Row]:
    """Return ``size`` rows from the place named ``before`` on, from the newest where it is empty.

    ``rows`` are ordered here, by ``field`` and ``uid``, newest first: no two of them may have both alike. With ``walks``
    only those of them are listed that one of these names by its column ``key``, as ``newest`` does. One query. Raises
    Http404 where ``before`` names no place.
    """
    if before:
        place = Cursor.read(before)
        behind = _behind(place.moment, place.key, field)
        rows, walks = rows.filter(behind), [walk.filter(behind) for walk in walks]
    found = list(newest(rows, limit=size + 1, field=field, walks=walks, key=key))
    return _slice(found, size, field, is_first=not before)


class PreparedPages[Row: Model]:
    """A list that is cut into pages, in the words of QuerySets that are put into SQL once.

    ``write`` returns its rows and its walks, as ``cut`` takes them, when it is given blanks in the place of values.
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
            return newest(rows, limit=size + 1, field=field, walks=walks, key=key)

        def later(moment: Any, uid: Any, **values: object) -> QuerySet[Row]:
            rows, walks = write(**values)
            behind = _behind(moment, uid, field)
            further = [walk.filter(behind) for walk in walks]
            return newest(rows.filter(behind), limit=size + 1, field=field, walks=further, key=key)

        self._first, self._later = PreparedQuery(first), PreparedQuery(later)
        self._field, self._size = field, size

    def __call__(self, before: str, **values: object) -> Page[Row]:
        """Return the rows from the place named ``before`` on, as ``cut`` does. One query."""
        if before:
            place = Cursor.read(before)
            found = self._later(moment=place.moment, uid=place.key, **values)
        else:
            found = self._first(**values)
        return _slice(found, self._size, self._field, is_first=not before)


def _slice[Row: Model](found: list[Row], size: int, field: str, *, is_first: bool) -> Page[Row]:
    """Return the first ``size`` of the rows, of which there may be one more."""
    rows, earlier = found[:size], None
    if len(found) > size:
        last: object = getattr(rows[-1], field)
        earlier = Cursor(last, getattr(rows[-1], "uid")) if isinstance(last, datetime) else None  # noqa: B009  # of any model with uids
    return Page(rows, earlier, is_first=is_first)


def newest[Row: Model](
    rows: QuerySet[Row],
    *,
    limit: int,
    field: str = "updated_at",
    walks: Sequence[QuerySet[Any, Any]] = (),
    key: str = "pk",
) -> QuerySet[Row]:
    """Return the first ``limit`` of ``rows`` by ``field`` and ``uid``, newest first.

    With ``walks`` they are looked for by these: each finds its own newest along an index that has its order, and names
    rows by its column ``key``. What is sorted then is no more than ``limit`` for each of them, however much there is.
    """
    order = (f"-{field}", "-uid")
    if walks:
        rows = rows.filter(pk__in=first_of(walks, order=order, limit=limit, columns=(key,)))
    return rows.order_by(*order)[:limit]


def first_of(
    walks: Sequence[QuerySet[Any, Any]],
    *,
    order: Sequence[str | Func],
    limit: int,
    columns: Sequence[str] = ("pk",),
    repeats: bool = True,
) -> QuerySet[Any, Any]:
    """Return these columns of the first ``limit`` rows of each walk, in no order, also to stand in another query.

    Without ``repeats`` no row is returned twice. An index that holds the order and the columns answers alone: whatever the
    planner expects of a walk, no more of it is read than that.
    """
    cut = [walk.order_by(*order).values_list(*columns)[:limit] for walk in walks]
    if len(cut) == 1:
        return cut[0]
    if not connection.features.supports_slicing_ordering_in_compound:
        # SQLite takes no list that was cut into a union, but one that asks for what is in it.
        cut = [
            each.model._default_manager.filter(pk__in=each.values("pk")).order_by().values_list(*columns)
            for each in cut
        ]
    found = cut[0].union(*cut[1:], all=repeats)
    # Where all others can hold nothing it is one walk again, which is cut in its order.
    return found if found.query.is_sliced else found.order_by()


def window(
    walks: Sequence[QuerySet[Any, Any]], *, before: str, most: int, field: str = "updated_at"
) -> tuple[list[QuerySet[Any, Any]], Cursor | None]:
    """Return the walks as far as they go in their first ``most`` rows from the place named ``before`` on, and where that is.

    The place is None where no walk is longer. Where several are, it is where the first of them ends, so that nothing
    between is passed by. One query for each walk. Raises Http404 where ``before`` names no place.
    """
    ends: list[tuple[datetime, UUID]] = []
    ahead = list(walks)
    if before:
        place = Cursor.read(before)
        ahead = [walk.filter(_behind(place.moment, place.key, field)) for walk in ahead]
    for walk in ahead:
        ends += walk.order_by(f"-{field}", "-uid").values_list(field, "uid")[most - 1 : most]
    if not ends:
        return list(walks), None
    end = Cursor(*max(ends))
    here = TupleGreaterThanOrEqual(Tuple(F(field), F("uid")), (end.moment, end.key))
    return [walk.filter(here) for walk in walks], end


def _behind(moment: Any, uid: Any, field: str) -> TupleLessThan:
    """Return the condition to come after a place: one comparison of both, which an index can begin at."""
    return TupleLessThan(Tuple(F(field), F("uid")), (moment, uid))


# A fifth of what a sitemap may hold (sitemaps.org/protocol.html, “Sitemap index files”).
PART_SIZE = 10_000


class PartOf(Func):
    """The part, from 0, in which the row of a key stands; without parameters, so that an index of it is recognised."""

    template = f"(%(expressions)s / {PART_SIZE})"
    arity = 1
    output_field = BigIntegerField()
