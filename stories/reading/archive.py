"""The stories by the month in which they were first published, by the clocks of the newsroom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Self

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from newsroom.pages.guarding import STORIES, Guard
from newsroom.pages.paging import Place, cut, first_of
from stories.models.edition import Edition, EditionQuerySet
from stories.reading.cards import Card, live_stories, story_cards
from stories.reading.walks import story_walks
from topics.reading import watch

_FIRST = ("first_published_at", "uid")
_LAST = ("-first_published_at", "-uid")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month in which a day lies, or a moment by the clocks of the newsroom."""
        local = timezone.localtime(day) if isinstance(day, datetime) else day
        return cls(local.year, local.month)

    @property
    def first_day(self) -> date:
        """The day on which it begins."""
        return date(self.year, self.month, 1)

    @property
    def begin(self) -> datetime:
        """The moment at which it begins."""
        return datetime(self.year, self.month, 1, tzinfo=timezone.get_current_timezone())

    @property
    def following(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def get_absolute_url(self) -> str:
        """Return the address of its stories."""
        return reverse("stories_of_month", args=[self.first_day])


@dataclass(frozen=True, slots=True)
class Year:
    """A year with those of its months that hold a story, in their order."""

    number: int
    months: list[Month]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The stories first published in one month, newest first, and the months around it that hold some too."""

    month: Month
    cards: list[Card]
    previous: Month | None
    following: Month | None
    earlier: Place | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, first_day: date, *, before: str, at: datetime, guard: Guard | None = None) -> Self:
        """Return the stories of the month that begins on this day, from the place named ``before`` on.

        Six queries at most, two more for ``guard``. Raises Http404 where there is none.
        """
        watch(guard, STORIES)
        month, walks = Month.of(first_day), story_walks(at)
        here = [_of(month, walk) for walk in walks]
        found = cut(live_stories(at), before=before, field="first_published_at", walks=here)
        if not found.rows:
            raise Http404
        previous = _end(walks, _LAST, first_published_at__lt=month.begin)
        following = _end(walks, _FIRST, first_published_at__gte=month.following.begin)
        return cls(
            month=month,
            cards=story_cards(found.rows),
            previous=Month.of(previous.first_published_at) if previous else None,
            following=Month.of(following.first_published_at) if following else None,
            earlier=found.earlier,
            is_first=found.is_first,
            at=at,
        )


def years(walks: Sequence[EditionQuerySet] | None = None, *, at: datetime) -> list[Year]:
    """Return the years in which the stories that ``walks`` find were first published, newest first. Two queries.

    Without them they are those of the list in the active language, with one query more where that has to be asked.

    Each month from the first story on is asked for one story, by the index: counting them would read all.
    """
    walks = story_walks(at) if walks is None else walks
    first = _end(walks, _FIRST)
    if first is None:
        return []
    months = [Month.of(first.first_published_at)]
    while months[-1] < Month.of(at):
        months.append(months[-1].following)
    asked = {f"held{number}": _held(month, walks) for number, month in enumerate(months)}
    held = Edition.objects.filter(pk=first.pk).annotate(**asked).values_list(*asked).get()
    kept = [month for month, story in zip(months, held, strict=True) if story is not None]
    by_year = [Year(number, list(each)) for number, each in groupby(kept, key=lambda month: month.year)]
    return by_year[::-1]


def _end(walks: Sequence[EditionQuerySet], order: Sequence[str], **within: datetime) -> Edition | None:
    """Return the story with which those that ``walks`` find begin in this order."""
    keys = first_of([walk.filter(**within) for walk in walks], order=order, limit=1)
    return Edition.objects.filter(pk__in=keys).order_by(*order).only("first_published_at").first()


def _held(month: Month, walks: Sequence[EditionQuerySet]) -> Subquery | Coalesce:
    """Return the key of a story of that month that one of the walks finds, in the order of the index."""
    found = [Subquery(_of(month, walk).order_by(*_LAST).values("pk")[:1]) for walk in walks]
    return found[0] if len(found) == 1 else Coalesce(*found)


def _of(month: Month, stories: EditionQuerySet) -> EditionQuerySet:
    return stories.filter(first_published_at__gte=month.begin, first_published_at__lt=month.following.begin)
