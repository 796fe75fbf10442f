"""Cuts long lists into pages by date: each page begins where the one before it ended, so no page is slow."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

PAGE_SIZE = 20
_SHAPE = "%Y%m%dT%H%M%S.%fZ"
_KEY = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list ordered by date and then by uid, newest first.

    Readers see it in addresses. The number of a row would tell how many were made that nobody may see yet.
    """

    moment: datetime
    key: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC).strftime(_SHAPE)}-{self.key.hex}"

    @classmethod
    def read(cls, words: str) -> "Place":
        """Return the place that ``words``, written by ``str``, name; raise Http404 for anything else."""
        moment, _, key = words.rpartition("-")
        if not _KEY.fullmatch(key):
            raise Http404
        try:
            return cls(datetime.strptime(moment, _SHAPE).replace(tzinfo=UTC), UUID(key))
        except ValueError as error:
            raise Http404 from error


@dataclass(frozen=True, slots=True)
class Slice[Row: Model]:
    """Some rows of a list, and where the next begin: ``earlier`` is None on the last page."""

    rows: list[Row]
    earlier: Place | None
    is_first: bool


def cut[Row: Model](
    rows: QuerySet[Row], *, before: str, field: str = "updated_at", size: int = PAGE_SIZE
) -> Slice[Row]:
    """Return ``size`` rows from the place named ``before`` on, from the newest where it is empty.

    ``rows`` are ordered here, by ``field`` (may reach over a relation) and ``uid``, newest first: no two of them may
    have both alike. One query. Raises Http404 where ``before`` names no place.
    """
    if before:
        place = Place.read(before)
        rows = rows.filter(Q(**{f"{field}__lt": place.moment}) | Q(**{field: place.moment, "uid__lt": place.key}))
    found = list(rows.order_by(f"-{field}", "-uid")[: size + 1])
    earlier = None
    if len(found) > size:
        found.pop()
        last: object = found[-1]
        for step in field.split("__"):
            last = getattr(last, step)
        earlier = Place(last, getattr(found[-1], "uid")) if isinstance(last, datetime) else None  # noqa: B009  # of any model with uids
    return Slice(found, earlier, is_first=not before)
