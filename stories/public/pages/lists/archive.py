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
from newsroom.page_cache.dependencies import STORIES, NoDependencies, PageDependencies
from stories.editions.models import Edition, EditionQuerySet
from stories.public.pages.lists.branches import language_arguments, list_languages, split_stories_by_language
from stories.public.pages.lists.cards import Card, live_stories, story_cards
from topics.navigation import load_navigation
from topics.pages import record_dependencies

_OLDEST_FIRST = ("first_published_at", "uid")
_NEWEST_FIRST = ("-first_published_at", "-uid")


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
        """The start of the month in the newsroom's time zone."""
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
    """A year and those of its months that have stories, in order."""

    number: int
    months: list[Month]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The stories first published in one month, newest first.

    ``previous`` and ``following`` are the nearest earlier and later months with a story, or None.
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
        """Return the page that starts at the cursor ``before``, with stories of the month that begins on ``first_day``.

        This takes at most six queries, and two more if ``dependencies`` is given. Raise Http404 if the cursor is
        invalid or the page would be empty.
        """
        record_dependencies(dependencies, STORIES)
        month, languages = Month.containing(first_day), language_arguments(list_languages("story"))
        begin, end = month.begin, month.following.begin
        story_page = _STORIES_WITHIN(before, begin=begin, end=end, at=at, **languages)
        if not story_page.rows:
            raise Http404
        return cls(
            month=month,
            cards=story_cards(story_page.rows, load_navigation(dependencies or NoDependencies(at=at))),
            previous=next(
                (Month.containing(moment) for _, moment in _LAST_BEFORE(end=begin, at=at, **languages)), None
            ),
            following=next(
                (Month.containing(moment) for _, moment in _FIRST_FROM(begin=end, at=at, **languages)), None
            ),
            next_cursor=story_page.next_cursor,
            is_first=story_page.is_first,
            at=at,
        )


def years_with_stories(languages: Collection[str] | None, *, at: datetime) -> list[Year]:
    """Return the years and months in which live stories were first published, newest year first.

    Unless ``languages`` is None, only stories in these languages count. This takes at most two queries.
    """
    arguments = language_arguments(languages)
    oldest = _OLDEST_STORY(at=at, **arguments)
    if not oldest:
        return []
    ((story, first),) = oldest
    months = [Month.containing(first)]
    while months[-1] < Month.containing(at):
        months.append(months[-1].following)
    starts = [month.begin for month in (*months, months[-1].following)]
    (story_keys,) = _STORY_OF_EACH_MONTH(story=story, starts=starts[:-1], ends=starts[1:], at=at, **arguments)
    # A prepared query pads its lists, so the result may have more values than there are months.
    months_with_stories = [month for month, key in zip(months, story_keys, strict=False) if key is not None]
    by_year = [Year(number, list(each)) for number, each in groupby(months_with_stories, key=lambda month: month.year)]
    return by_year[::-1]


def _find_story_of_each_month(
    story: int, starts: list[datetime], ends: list[datetime], at: datetime, languages: Collection[str] | None = None
) -> QuerySet[Any, Any]:
    """Return a QuerySet of one row: for each of these spans, the key of a story first published in it, or None.

    ``story`` is the key of any existing edition; the query annotates its row with the keys found. An index finds each
    key, whereas counting the stories in each month would read all stories.
    """
    branches = split_stories_by_language(at, languages)
    annotations: dict[str, Subquery | Coalesce] = {}
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        keys = [
            Subquery(_filter_span(branch, start, end).order_by(*_NEWEST_FIRST).values("pk")[:1]) for branch in branches
        ]
        annotations[f"story{number}"] = keys[0] if len(keys) == 1 else Coalesce(*keys)
    return Edition.objects.filter(pk=story).annotate(**annotations).values_list(*annotations)


def _find_first(branches: Iterable[EditionQuerySet], order: Sequence[str]) -> QuerySet[Any, Any]:
    """Return a QuerySet of the key and first publication time of the first story in ``branches``, by ``order``."""
    keys = select_first(list(branches), order=order, limit=1)
    return Edition.objects.filter(pk__in=keys).order_by(*order).values_list("pk", "first_published_at")[:1]


def _filter_span(stories: EditionQuerySet, begin: datetime, end: datetime) -> EditionQuerySet:
    return stories.filter(first_published_at__gte=begin, first_published_at__lt=end)


def _list_stories(
    begin: datetime, end: datetime, at: datetime, languages: Collection[str] | None = None
) -> tuple[EditionQuerySet, list[EditionQuerySet]]:
    return live_stories(at), [_filter_span(branch, begin, end) for branch in split_stories_by_language(at, languages)]


def _find_last_before(end: datetime, at: datetime, languages: Collection[str] | None = None) -> QuerySet[Any, Any]:
    return _find_first(
        (branch.filter(first_published_at__lt=end) for branch in split_stories_by_language(at, languages)),
        _NEWEST_FIRST,
    )


def _find_first_from(begin: datetime, at: datetime, languages: Collection[str] | None = None) -> QuerySet[Any, Any]:
    return _find_first(
        (branch.filter(first_published_at__gte=begin) for branch in split_stories_by_language(at, languages)),
        _OLDEST_FIRST,
    )


_STORIES_WITHIN = PreparedPagination(_list_stories, field="first_published_at")
_OLDEST_STORY = PreparedQuery(
    lambda at, languages=None: _find_first(split_stories_by_language(at, languages), _OLDEST_FIRST)
)
_LAST_BEFORE, _FIRST_FROM = PreparedQuery(_find_last_before), PreparedQuery(_find_first_from)
_STORY_OF_EACH_MONTH = PreparedQuery(_find_story_of_each_month)
