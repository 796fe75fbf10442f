"""The archive: stories by the month of their first publication, in the newsroom's time zone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Self

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from newsroom.db.keyset import Cursor, PreparedPagination, select_first
from newsroom.db.statements import PreparedQuery
from newsroom.page_cache.dependencies import STORIES, PageDependencies
from stories.editions.models import Edition, EditionQuerySet
from stories.public.pages.lists.branches import language_arguments, list_languages, split_stories_by_language
from stories.public.pages.lists.cards import Card, live_stories, story_cards
from topics.pages import record_dependencies

_FIRST = ("first_published_at", "uid")
_LAST = ("-first_published_at", "-uid")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def containing(cls, day: date) -> Self:
        """Return the month of a date, or of a datetime in the newsroom's time zone."""
        local = timezone.localtime(day) if isinstance(day, datetime) else day
        return cls(local.year, local.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def begin(self) -> datetime:
        """The time at which the month begins in the newsroom's time zone."""
        return datetime(self.year, self.month, 1, tzinfo=timezone.get_current_timezone())

    @property
    def following(self) -> "Month":
        """The next month."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def get_absolute_url(self) -> str:
        """Return the address of the stories of this month."""
        return reverse("stories_of_month", args=[self.first_day])


@dataclass(frozen=True, slots=True)
class Year:
    """A year with those of its months that hold a story, in order."""

    number: int
    months: list[Month]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The stories first published in one month, newest first.

    ``previous`` and ``following`` are the nearest months that hold a story.
    """

    month: Month
    cards: list[Card]
    previous: Month | None
    following: Month | None
    next_cursor: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, first_day: date, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the stories of the month that begins on ``first_day``, from the cursor ``before`` on.

        It takes at most six queries, and two more for ``dependencies``. Raise Http404 if there is no story.
        """
        record_dependencies(dependencies, STORIES)
        month, written = Month.containing(first_day), language_arguments(list_languages("story"))
        begin, end = month.begin, month.following.begin
        found = _STORIES_WITHIN(before, begin=begin, end=end, at=at, **written)
        if not found.rows:
            raise Http404
        return cls(
            month=month,
            cards=story_cards(found.rows),
            previous=next((Month.containing(moment) for _, moment in _LAST_BEFORE(end=begin, at=at, **written)), None),
            following=next((Month.containing(moment) for _, moment in _FIRST_FROM(begin=end, at=at, **written)), None),
            next_cursor=found.next_cursor,
            is_first=found.is_first,
            at=at,
        )


def years_with_stories(languages: Collection[str] | None, *, at: datetime) -> list[Year]:
    """Return the years and months in which live stories were first published, newest year first, in two queries.

    ``languages`` restricts the stories to those in these languages.
    """
    written = language_arguments(languages)
    oldest = _FIRST_OF_ALL(at=at, **written)
    if not oldest:
        return []
    ((story, first),) = oldest
    months = [Month.containing(first)]
    while months[-1] < Month.containing(at):
        months.append(months[-1].following)
    begins = [month.begin for month in (*months, months[-1].following)]
    (held,) = _HELD(story=story, begins=begins[:-1], ends=begins[1:], at=at, **written)
    # A prepared query fills up its lists, so there may be more answers than months.
    kept = [month for month, found in zip(months, held, strict=False) if found is not None]
    by_year = [Year(number, list(each)) for number, each in groupby(kept, key=lambda month: month.year)]
    return by_year[::-1]


def _held(
    story: int, begins: list[datetime], ends: list[datetime], at: datetime, languages: Collection[str] | None = None
) -> QuerySet[Any, Any]:
    """Annotate the existing ``story`` with one story of each of these spans, found by the index.

    Counting the stories of each month would read all of them.
    """
    walks = split_stories_by_language(at, languages)
    asked: dict[str, Subquery | Coalesce] = {}
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        found = [Subquery(_within(walk, begin, end).order_by(*_LAST).values("pk")[:1]) for walk in walks]
        asked[f"held{number}"] = found[0] if len(found) == 1 else Coalesce(*found)
    return Edition.objects.filter(pk=story).annotate(**asked).values_list(*asked)


def _end(walks: Iterable[EditionQuerySet], order: Sequence[str]) -> QuerySet[Any, Any]:
    """Return the key and the first publication of the story that comes first in this order among ``walks``."""
    keys = select_first(list(walks), order=order, limit=1)
    return Edition.objects.filter(pk__in=keys).order_by(*order).values_list("pk", "first_published_at")[:1]


def _within(stories: EditionQuerySet, begin: datetime, end: datetime) -> EditionQuerySet:
    return stories.filter(first_published_at__gte=begin, first_published_at__lt=end)


def _stories(
    begin: datetime, end: datetime, at: datetime, languages: Collection[str] | None = None
) -> tuple[EditionQuerySet, list[EditionQuerySet]]:
    return live_stories(at), [_within(walk, begin, end) for walk in split_stories_by_language(at, languages)]


def _last_before(end: datetime, at: datetime, languages: Collection[str] | None = None) -> QuerySet[Any, Any]:
    return _end((walk.filter(first_published_at__lt=end) for walk in split_stories_by_language(at, languages)), _LAST)


def _first_from(begin: datetime, at: datetime, languages: Collection[str] | None = None) -> QuerySet[Any, Any]:
    return _end(
        (walk.filter(first_published_at__gte=begin) for walk in split_stories_by_language(at, languages)), _FIRST
    )


_STORIES_WITHIN = PreparedPagination(_stories, field="first_published_at")
_FIRST_OF_ALL = PreparedQuery(lambda at, languages=None: _end(split_stories_by_language(at, languages), _FIRST))
_LAST_BEFORE, _FIRST_FROM = PreparedQuery(_last_before), PreparedQuery(_first_from)
_HELD = PreparedQuery(_held)
