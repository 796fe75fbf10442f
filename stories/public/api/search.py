"""Search for the API, by the same engine as the page of results."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.search.query.conditions import OUTLET, Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from stories.public.api.addresses import present
from stories.public.api.parameters import SearchAsked, page_at
from stories.public.pages.outlets.outlet import OUTLETS
from stories.public.pages.search.hits import Found, found_of
from stories.public.pages.search.query import MOST_PAGES
from topics.pages import TOPICS


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results; ``then`` is the cursor of the next page, empty on the last."""

    found: list[Found]
    then: str
    total: int = 0
    total_is_capped: bool = False
    did_you_mean: str = ""


def results_of(asked: SearchAsked, *, at: datetime) -> Results:
    """Return the results for the parameters, best first. Raise Http404 if the cursor is invalid."""
    page = page_at(asked.cursor)
    wanted = ParsedQuery.read(asked.q)
    topic = present(TOPICS, asked.topic, at=at) if asked.topic else None
    outlet = present(OUTLETS, asked.outlet, at=at) if asked.outlet else None
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
        found=found_of(results.hits, results.wanted, section=asked.section or "", at=at),
        then=str(page + 1) if results.more and page < MOST_PAGES else "",
        total=results.total,
        total_is_capped=results.total_is_capped,
        did_you_mean=results.did_you_mean,
    )
