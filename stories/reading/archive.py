"""The stories by the month in which they were first published, by the clocks of the newsroom."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Self

from django.db.models import Exists
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from newsroom.pages.paging import Place, cut
from stories.models.edition import EditionQuerySet
from stories.reading.cards import Card, listed_stories, story_cards


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
    def load(cls, first_day: date, *, before: str, at: datetime) -> Self:
        """Return the stories of the month that begins on this day, from the place named ``before`` on.

        Four queries. Raises Http404 where there is none.
        """
        month, live = Month.of(first_day), listed_stories(at)
        found = cut(_of(month, live), before=before, field="first_published_at")
        if not found.rows:
            raise Http404
        moments = live.values_list("first_published_at", flat=True)
        previous = moments.filter(first_published_at__lt=month.begin).order_by("-first_published_at").first()
        following = moments.filter(first_published_at__gte=month.following.begin).order_by("first_published_at").first()
        return cls(
            month=month,
            cards=story_cards(found.rows),
            previous=Month.of(previous) if previous else None,
            following=Month.of(following) if following else None,
            earlier=found.earlier,
            is_first=found.is_first,
            at=at,
        )


def years(*, at: datetime) -> list[Year]:
    """Return the years in which stories were first published that can be read at ``at``, newest first. Two queries.

    Each month from the first story on is asked for one story, by the index: counting them would read all.
    """
    live = listed_stories(at)
    first = live.order_by("first_published_at").values_list("first_published_at", flat=True).first()
    if first is None:
        return []
    months = [Month.of(first)]
    while months[-1] < Month.of(at):
        months.append(months[-1].following)
    held = live.order_by("first_published_at").values_list(*(Exists(_of(month, live)) for month in months))[0]
    kept = [month for month, is_held in zip(months, held, strict=True) if is_held]
    by_year = [Year(number, list(each)) for number, each in groupby(kept, key=lambda month: month.year)]
    return by_year[::-1]


def _of(month: Month, stories: EditionQuerySet) -> EditionQuerySet:
    return stories.filter(first_published_at__gte=month.begin, first_published_at__lt=month.following.begin)
