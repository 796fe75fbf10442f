"""What the search page offers beside results: topics and examples before a search, other words after one that failed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import MAX_NEWEST, find_shorter_queries
from newsroom.search.spellcheck.correct import find_similar_words
from stories.editions.models import Edition
from stories.public.pages.lists.news import News
from stories.public.pages.search.query import SearchParameters
from stories.public.pages.search.results import RESULTS_PER_PAGE, SearchPage

MAX_TOPICS = 8
MAX_STORIES = 3
MAX_NEAR_WORDS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another search: the query, and the query string of its results without filters."""

    query: str
    address: str


@dataclass(frozen=True, slots=True)
class SearchAdvice:
    """What a reader can do next.

    ``news`` and ``examples`` are for a page without a query, ``near_words`` and ``shorter`` for a search that found
    nothing. ``is_too_common`` is true if the only word of the query is on every page.
    """

    news: News | None = None
    examples: list[Suggestion] = field(default_factory=list)
    near_words: list[Suggestion] = field(default_factory=list)
    shorter: list[Suggestion] = field(default_factory=list)
    is_too_common: bool = False

    @classmethod
    def load(cls, page: SearchPage, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the advice for a page of results; it is empty for most searches that found something.

        This takes at most four queries, and two more for a page without a query if ``dependencies`` is given.
        """
        parameters = page.parameters
        query = ParsedQuery.parse(parameters.query)
        if parameters.invalid or parameters.page > 1:
            return cls()
        if not parameters.query:
            news = News.load(stories=MAX_STORIES, topics=MAX_TOPICS, at=at, dependencies=dependencies)
            return cls(news=news, examples=_suggest(parameters, _list_examples([topic.name for topic in news.topics])))
        if page.found:
            return cls(is_too_common=_is_on_every_page(page, query, at=at))
        if not page.has_words:
            return cls()
        if len(query.words) == 1:
            near_words = find_similar_words(query.words[0], at=at)[:MAX_NEAR_WORDS]
            return cls(near_words=_suggest(parameters, near_words))
        return cls(shorter=_suggest(parameters, [each.text for each in find_shorter_queries(query, at=at)]))

    @property
    def suggestions(self) -> list[Suggestion]:
        """The searches that are offered after a search that found nothing."""
        return self.near_words or self.shorter


def _suggest(parameters: SearchParameters, queries: list[str]) -> list[Suggestion]:
    return [Suggestion(query, parameters.query_string(query=query, with_filters=False)) for query in queries]


def _list_examples(names: list[str]) -> list[str]:
    """Return a query of one word, one with a phrase, and one that excludes a word, made from names in the news."""
    words = [name for name in names if len(name.split()) == 1 and name.isalpha()]
    phrases = [name for name in names if len(name.split()) == 2]
    examples = words[:1] + [f'"{phrase}"' for phrase in phrases[:1]]
    return examples + ([f"{words[1]} -{words[2]}"] if len(words) > 2 else [])


def _is_on_every_page(page: SearchPage, query: ParsedQuery, *, at: datetime) -> bool:
    if len(query.words) > 1 or page.parameters.has_filters:
        return False
    pages = Edition.objects.live(at).order_by().values("pk")[:MAX_NEWEST].count()
    return RESULTS_PER_PAGE < page.total >= pages
