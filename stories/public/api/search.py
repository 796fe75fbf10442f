"""Search for the API, by the same engine as the page of results."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.search.query.conditions import OUTLET, Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from stories.public.api.addresses import resolve_entity
from stories.public.api.parameters import SearchParameters, parse_page_cursor
from stories.public.pages.outlets.outlet import OUTLETS
from stories.public.pages.search.hits import SearchResult, results_from_hits
from stories.public.pages.search.query import MOST_PAGES
from topics.pages import TOPIC_FAMILIES


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results; ``then`` is the cursor of the next page, empty on the last."""

    found: list[SearchResult]
    next_cursor: str
    total: int = 0
    total_is_capped: bool = False
    did_you_mean: str = ""


def run_search(asked: SearchParameters, *, at: datetime) -> Results:
    """Return the results for the parameters, best first. Raise Http404 if the cursor is invalid."""
    page = parse_page_cursor(asked.cursor)
    wanted = ParsedQuery.parse(asked.q)
    topic = resolve_entity(TOPIC_FAMILIES, asked.topic, at=at) if asked.topic else None
    outlet = resolve_entity(OUTLETS, asked.outlet, at=at) if asked.outlet else None
    if not wanted or (asked.topic and not topic) or (asked.outlet and not outlet):
        return Results([], "")
    filters = Filters(
        kinds=frozenset({OUTLET if asked.kind == "outlet" else asked.kind} if asked.kind else ()),
        topic=topic.uid if topic else None,
        outlet=outlet.uid if outlet else None,
        section=asked.section or "",
        since=asked.since,
        until=asked.until,
    )
    results = search(wanted, filters, at=at, page=page, size=asked.limit)
    return Results(
        found=results_from_hits(results.hits, results.query, section=asked.section or "", at=at),
        next_cursor=str(page + 1) if results.has_more and page < MOST_PAGES else "",
        total=results.total,
        total_is_capped=results.total_is_capped,
        did_you_mean=results.did_you_mean,
    )
