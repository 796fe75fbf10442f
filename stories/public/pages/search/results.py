"""The page of results."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from newsroom.outlets.models import Outlet
from newsroom.search.counts import Counts, count_by_filter
from newsroom.search.query.conditions import Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from stories.documents.schema import SECTION_KINDS
from stories.public.pages.search.filters import SearchFilters
from stories.public.pages.search.hits import SearchResult, results_from_hits
from stories.public.pages.search.names import EntityNames
from stories.public.pages.search.query import MOST_PAGES, SearchParameters
from topics.models import Topic

RESULTS = 10


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The results of a search, best first.

    There are ``total`` results, or more if ``is_capped``. ``instead`` is the corrected spelling to which the results
    belong, or empty. ``following`` is the number of the next page, or None.
    """

    asked: SearchParameters
    at: datetime
    found: list[SearchResult]
    total: int
    is_capped: bool
    instead: str
    following: int | None
    narrowing: SearchFilters

    @classmethod
    def load(cls, asked: SearchParameters, *, at: datetime, size: int = RESULTS) -> Self:
        """Return the results, in eight queries unless words are misspelt.

        If a parameter is invalid, nothing is searched: a wider search than the one requested would mislead. ``asked``
        is returned with unknown topics and outlets added to ``wrong``.
        """
        topic = Topic.objects.public(at).filter(slug=asked.topic).first() if asked.topic else None
        outlet = Outlet.objects.public(at).filter(slug=asked.source).first() if asked.source else None
        unknown = {"topic"} if asked.topic and not topic else set()
        unknown |= {"source"} if asked.source and not outlet else set()
        asked = replace(asked, wrong=asked.wrong | unknown)
        wanted = ParsedQuery.read(asked.query)
        if asked.wrong or not wanted:
            narrowing = SearchFilters.of(asked, Counts(), EntityNames(), topic=topic, outlet=outlet)
            return cls(asked, at, [], 0, is_capped=False, instead="", following=None, narrowing=narrowing)
        filters = Filters(
            kinds=frozenset({asked.kind} if asked.kind else ()),
            topic=topic.uid if topic else None,
            outlet=outlet.uid if outlet else None,
            section=asked.section,
            since=asked.since,
            until=asked.until,
        )
        results = search(wanted, filters, at=at, page=asked.page, size=size)
        told = count_by_filter(results, sections=SECTION_KINDS)
        names = EntityNames.among(
            results.hits,
            topics=(UUID(count.value) for count in told.topics),
            outlets=(UUID(count.value) for count in told.outlets),
        )
        return cls(
            asked=asked,
            at=at,
            found=results_from_hits(results.hits, results.wanted, section=asked.section, at=at, names=names),
            total=results.total,
            is_capped=results.total_is_capped,
            instead=results.did_you_mean,
            following=asked.page + 1 if results.more and asked.page < MOST_PAGES else None,
            narrowing=SearchFilters.of(asked, told, names, topic=topic, outlet=outlet),
        )

    @property
    def has_words(self) -> bool:
        """Return whether the query holds words to search for; punctuation and excluded words do not count."""
        return bool(ParsedQuery.read(self.asked.query))

    @property
    def following_address(self) -> str:
        """The address of the next page of results."""
        return self.asked.address(page=self.following or 1)

    @property
    def first_address(self) -> str:
        """The address of the first page of results."""
        return self.asked.address()

    @property
    def wide_address(self) -> str:
        """The address of the same query without filters."""
        return self.asked.address(narrowed=False)
