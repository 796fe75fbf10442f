"""The list of stories."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from newsroom.db.keyset import Cursor, PreparedPagination
from newsroom.page_cache.dependencies import STORIES, NoDependencies, PageDependencies
from stories.editions.models import EditionQuerySet
from stories.public.pages.lists.archive import Year, years_with_stories
from stories.public.pages.lists.branches import language_arguments, list_languages, split_stories_by_language
from stories.public.pages.lists.cards import Card, live_stories, story_cards
from topics.navigation import load_navigation
from topics.pages import record_dependencies


@dataclass(frozen=True, slots=True)
class StoryList:
    """A page of the list of stories, most recently updated first, and the months with stories."""

    cards: list[Card]
    next_cursor: Cursor | None
    is_first: bool
    years: list[Year]
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the list that starts at the cursor ``before``.

        This takes at most six queries, and two more if ``dependencies`` is given. Raise Http404 if the cursor is
        invalid.
        """
        record_dependencies(dependencies, STORIES)
        languages = list_languages("story")
        story_page = _PAGES(before, at=at, **language_arguments(languages))
        return cls(
            story_cards(story_page.rows, load_navigation(dependencies or NoDependencies(at=at))),
            story_page.next_cursor,
            story_page.is_first,
            years_with_stories(languages, at=at),
            at,
        )


def _list_stories(
    at: datetime, languages: Collection[str] | None = None
) -> tuple[EditionQuerySet, list[EditionQuerySet]]:
    return live_stories(at), split_stories_by_language(at, languages)


_PAGES = PreparedPagination(_list_stories)
