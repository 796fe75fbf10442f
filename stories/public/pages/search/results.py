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

    parameters: SearchParameters
    at: datetime
    found: list[SearchResult]
    total: int
    is_capped: bool
    corrected_spelling: str
    next_page: int | None
    filters: SearchFilters

    @classmethod
    def load(cls, asked: SearchParameters, *, at: datetime, size: int = RESULTS) -> Self:
        """Return the results, in eight queries unless words are misspelt.

        If a parameter is invalid, nothing is searched: a wider search than the one requested would mislead. ``asked``
        is returned with unknown topics and outlets added to ``invalid``.
        """
        topic = Topic.objects.public(at).filter(slug=asked.topic).first() if asked.topic else None
        outlet = Outlet.objects.public(at).filter(slug=asked.source).first() if asked.source else None
        unknown = {"topic"} if asked.topic and not topic else set()
        unknown |= {"source"} if asked.source and not outlet else set()
        asked = replace(asked, invalid=asked.invalid | unknown)
        wanted = ParsedQuery.parse(asked.query)
        if asked.invalid or not wanted:
            narrowing = SearchFilters.from_counts(asked, Counts(), EntityNames(), topic=topic, outlet=outlet)
            return cls(asked, at, [], 0, is_capped=False, corrected_spelling="", next_page=None, filters=narrowing)
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
            parameters=asked,
            at=at,
            found=results_from_hits(results.hits, results.query, section=asked.section, at=at, names=names),
            total=results.total,
            is_capped=results.total_is_capped,
            corrected_spelling=results.did_you_mean,
            next_page=asked.page + 1 if results.has_more and asked.page < MOST_PAGES else None,
            filters=SearchFilters.from_counts(asked, told, names, topic=topic, outlet=outlet),
        )

    @property
    def has_words(self) -> bool:
        """Return whether the query holds words to search for; punctuation and excluded words do not count."""
        return bool(ParsedQuery.parse(self.parameters.query))

    @property
    def following_address(self) -> str:
        """The address of the next page of results."""
        return self.parameters.query_string(page=self.next_page or 1)

    @property
    def first_address(self) -> str:
        """The address of the first page of results."""
        return self.parameters.query_string()

    @property
    def unfiltered_address(self) -> str:
        """The address of the same query without filters."""
        return self.parameters.query_string(narrowed=False)
