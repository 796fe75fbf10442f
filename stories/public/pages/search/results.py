"""The search results page."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.utils.translation import get_language, gettext, ngettext

from newsroom.db.statements import PreparedQuery
from newsroom.outlets.models import Outlet
from newsroom.search.counts import Counts, count_by_filter, count_by_section
from newsroom.search.query.conditions import Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from newsroom.search.stop_words import has_only_stop_words
from newsroom.text.html import format_choice
from stories.documents.schema import SECTION_KINDS
from stories.public.pages.search.filters import SearchFilters, build_section_choices
from stories.public.pages.search.hits import SearchResult, results_from_hits
from stories.public.pages.search.names import EntityNames
from stories.public.pages.search.query import MAX_PAGES, SearchParameters
from topics.models import Topic

RESULTS_PER_PAGE = 10
_TOPIC = PreparedQuery(lambda slug, at: Topic.objects.public(at).filter(slug=slug))
_OUTLET = PreparedQuery(lambda slug, at: Outlet.objects.public(at).filter(slug=slug))


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The results of a search, best first.

    There are ``total`` results, or more if ``is_capped`` is true. If the spelling of the query was corrected,
    ``corrected_spelling`` is the corrected query; otherwise, it is empty. ``next_page`` is the number of the next page,
    or None.
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
    def load(cls, parameters: SearchParameters, *, at: datetime, size: int = RESULTS_PER_PAGE) -> Self:
        """Return the results, in at most seven queries unless words are misspelt.

        With a filter by section on PostgreSQL, this takes at most nine more (see ``newsroom.search.search.search``).
        If a parameter is invalid, there are no results, because the results of a wider search would be misleading. The
        page holds ``parameters`` with ``topic`` or ``source`` added to ``invalid`` if that topic or outlet is not
        public.
        """
        parameters, filters, topic, outlet = _resolve(parameters, at=at)
        query = ParsedQuery.parse(parameters.query)
        if parameters.invalid or not query or has_only_stop_words(query, get_language() or ""):
            search_filters = SearchFilters.from_counts(parameters, Counts(), EntityNames(), topic=topic, outlet=outlet)
            return cls(
                parameters, at, [], 0, is_capped=False, corrected_spelling="", next_page=None, filters=search_filters
            )
        results = search(query, filters, at=at, page=parameters.page, size=size)
        counts = count_by_filter(results)
        names = EntityNames.from_hits(
            results.hits,
            topics=(UUID(count.value) for count in counts.topics),
            outlets=(UUID(count.value) for count in counts.outlets),
        )
        return cls(
            parameters=parameters,
            at=at,
            found=results_from_hits(results.hits, results.query, section=parameters.section, at=at, names=names),
            total=results.total,
            is_capped=results.total_is_capped,
            corrected_spelling=results.did_you_mean,
            next_page=parameters.page + 1 if results.has_more and parameters.page < MAX_PAGES else None,
            filters=SearchFilters.from_counts(parameters, counts, names, topic=topic, outlet=outlet),
        )

    @property
    def outcome(self) -> str:
        """The outcome in words, or an empty string for a page without a query or with an invalid parameter."""
        query = self.corrected_spelling or self.parameters.query
        if not query or self.parameters.invalid:
            return ""
        if not self.has_words:
            is_empty = not ParsedQuery.parse(self.parameters.query)
            return (
                gettext("Add a word to search for.") if is_empty else gettext("Add another word to narrow the search.")
            )
        if not self.found:
            return gettext("Nothing found for “%(query)s”.") % {"query": query}
        if self.is_capped:
            words = ngettext(
                "At least {number} result for “{query}”", "At least {number} results for “{query}”", self.total
            )
        else:
            words = ngettext("{number} result for “{query}”", "{number} results for “{query}”", self.total)
        return words.replace("{number}", str(self.total)).replace("{query}", query)

    @property
    def title(self) -> str:
        """The outcome as the beginning of the page title, or the query."""
        return self.outcome.removesuffix(".") or self.parameters.query

    @property
    def has_words(self) -> bool:
        """Whether the query has words to search for. Punctuation, excluded words and stop words alone do not count."""
        query = ParsedQuery.parse(self.parameters.query)
        return bool(query) and not has_only_stop_words(query, get_language() or "")

    @property
    def has_one_word(self) -> bool:
        """Whether the query has a single word to search for."""
        return len(ParsedQuery.parse(self.parameters.query).words) == 1

    @property
    def is_without_results(self) -> bool:
        """Whether there is nothing below the field to read, so that the field should have the focus."""
        return not self.found and not self.parameters.invalid

    @property
    def following_address(self) -> str:
        """The query string of the next page of results."""
        return self.parameters.query_string(page=self.next_page or 1)

    @property
    def first_address(self) -> str:
        """The query string of the first page of results."""
        return self.parameters.query_string()

    @property
    def unfiltered_address(self) -> str:
        """The query string of the same query without filters."""
        return self.parameters.query_string(with_filters=False)


def count_sections(parameters: SearchParameters, *, at: datetime) -> dict[str, str] | None:
    """Return the names of the kinds of section, each with its number of results, or None if a parameter is invalid.

    The results page does not contain these numbers, because counting takes a third of the time of a search and few
    readers look at them.
    """
    parameters, filters, *_ = _resolve(parameters, at=at)
    if parameters.invalid:
        return None
    results = search(ParsedQuery.parse(parameters.query), filters, at=at)
    choices = build_section_choices(count_by_section(results, SECTION_KINDS), parameters.section)
    return {choice.value: format_choice(choice) for choice in choices}


class _Resolved(NamedTuple):
    """The parameters of a search, with all invalid ones listed in ``invalid``, and the resulting filters."""

    parameters: SearchParameters
    filters: Filters
    topic: Topic | None
    outlet: Outlet | None


def _resolve(parameters: SearchParameters, *, at: datetime) -> _Resolved:
    """Look up the topic and the outlet of the filters. One that is not public makes its parameter invalid."""
    topic = next(iter(_TOPIC(slug=parameters.topic, at=at)), None) if parameters.topic else None
    outlet = next(iter(_OUTLET(slug=parameters.source, at=at)), None) if parameters.source else None
    unknown = {"topic"} if parameters.topic and not topic else set()
    unknown |= {"source"} if parameters.source and not outlet else set()
    filters = Filters(
        kinds=frozenset({parameters.kind} if parameters.kind else ()),
        topic=topic.uid if topic else None,
        outlet=outlet.uid if outlet else None,
        section=parameters.section,
        since=parameters.since,
        until=parameters.until,
    )
    return _Resolved(replace(parameters, invalid=parameters.invalid | unknown), filters, topic, outlet)
