"""Cuts long lists into pages by date: each page begins where the one before it ended, so no page is slow."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Model, Q, QuerySet
from django.http import Http404

PAGE_SIZE = 20
_SHAPE = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list ordered by date and then by key, newest first."""

    moment: datetime
    key: int

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC).strftime(_SHAPE)}-{self.key}"

    @classmethod
    def read(cls, words: str) -> "Place":
        """Return the place that ``words``, written by ``str``, name; raise Http404 for anything else."""
        moment, _, key = words.rpartition("-")
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            raise Http404
        try:
            return cls(datetime.strptime(moment, _SHAPE).replace(tzinfo=UTC), int(key))
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

    ``rows`` are ordered here, by ``field`` (may reach over a relation) and key, newest first. One query. Raises
    Http404 where ``before`` names no place.
    """
    if before:
        place = Place.read(before)
        rows = rows.filter(Q(**{f"{field}__lt": place.moment}) | Q(**{field: place.moment, "pk__lt": place.key}))
    found = list(rows.order_by(f"-{field}", "-pk")[: size + 1])
    earlier = None
    if len(found) > size:
        found.pop()
        last: object = found[-1]
        for step in field.split("__"):
            last = getattr(last, step)
        earlier = Place(last, found[-1].pk) if isinstance(last, datetime) else None
    return Slice(found, earlier, is_first=not before)
