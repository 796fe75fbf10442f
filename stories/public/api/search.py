"""The search operation of the API. It uses the same search engine as the search page."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.search.query.conditions import OUTLET, Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from stories.public.api.addresses import resolve_entity
from stories.public.api.parameters import SearchParameters, parse_page_cursor
from stories.public.pages.outlets.outlet import OUTLETS
from stories.public.pages.search.hits import SearchResult, results_from_hits
from stories.public.pages.search.query import MAX_PAGES
from topics.pages import TOPIC_FAMILIES


@dataclass(frozen=True, slots=True)
class SearchResultPage:
    """A page of search results. ``next_cursor`` is the cursor of the next page, or empty on the last page."""

    items: list[SearchResult]
    next_cursor: str
    total: int = 0
    total_is_capped: bool = False
    did_you_mean: str = ""


def run_search(parameters: SearchParameters, *, at: datetime) -> SearchResultPage:
    """Return the results for the parameters, best first. Raise Http404 if the cursor, topic or outlet is malformed.

    There are no results for an empty query or for an unknown topic or outlet.
    """
    page = parse_page_cursor(parameters.cursor)
    query = ParsedQuery.parse(parameters.q)
    topic = resolve_entity(TOPIC_FAMILIES, parameters.topic, at=at) if parameters.topic else None
    outlet = resolve_entity(OUTLETS, parameters.outlet, at=at) if parameters.outlet else None
    if not query or (parameters.topic and not topic) or (parameters.outlet and not outlet):
        return SearchResultPage([], "")
    filters = Filters(
        kinds=frozenset({OUTLET if parameters.kind == "outlet" else parameters.kind} if parameters.kind else ()),
        topic=topic.uid if topic else None,
        outlet=outlet.uid if outlet else None,
        section=parameters.section or "",
        since=parameters.since,
        until=parameters.until,
    )
    results = search(query, filters, at=at, page=page, size=parameters.limit)
    return SearchResultPage(
        items=results_from_hits(results.hits, results.query, section=parameters.section or "", at=at),
        next_cursor=str(page + 1) if results.has_more and page < MAX_PAGES else "",
        total=results.total,
        total_is_capped=results.total_is_capped,
        did_you_mean=results.did_you_mean,
    )
