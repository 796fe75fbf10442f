"""Count results by filter value, among the newest results only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from newsroom.search.backends import get_backend
from newsroom.search.lookup import adapt_datetime, adapt_uid, fetch_rows
from newsroom.search.query.conditions import STORY, IndexQuery, StemmedQuery
from newsroom.search.search import Results, apply_filters

MAX_VALUES = 10
MAX_COUNT = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """The number of results with one value of a filter. If ``is_capped`` is set, there may be more."""

    value: str
    number: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts for each filter, most frequent first: kinds, uids of topics and outlets, and kinds of sections."""

    kinds: list[Count] = field(default_factory=list)
    topics: list[Count] = field(default_factory=list)
    outlets: list[Count] = field(default_factory=list)
    sections: list[Count] = field(default_factory=list)


def count_by_filter(results: Results, *, sections: Iterable[str] = ()) -> Counts:
    """Count the results for each value of every filter. For topics and outlets, include only the most frequent values.

    ``sections`` are the kinds of sections to count. The count for a kind is the number of stories that contain the
    whole query in sections of that kind. This takes at most one query.
    """
    kinds = Counter(each.kind for each in results.candidates)
    capped = results.total_is_capped

    def make_counts(pairs: Iterable[tuple[str, int]]) -> list[Count]:
        return [Count(value, number, capped) for value, number in pairs]

    return Counts(
        kinds=make_counts(kinds.most_common()),
        topics=make_counts(_most_frequent_uids(each.topics for each in results.candidates)),
        outlets=make_counts(_most_frequent_uids(each.outlets for each in results.candidates)),
        sections=make_counts(_count_by_section(results, sections)) if kinds[STORY] else [],
    )


def count_stories_naming(uids: Iterable[UUID], *, at: datetime) -> dict[UUID, int]:
    """Return the number of stories live at ``at`` that name each topic or outlet, counted up to ``MAX_COUNT``.

    This takes one query, or none without ``uids``.
    """
    wanted = list(uids)
    if not wanted:
        return {}
    moment = adapt_datetime(at)
    statement = " UNION ALL ".join(
        f"""SELECT {number}, count(*) FROM (
            SELECT 1 FROM "search_mention" WHERE "uid" = %s AND "page_kind" = %s
            AND "live_from" <= %s AND "live_until" > %s LIMIT {MAX_COUNT}
        ) AS naming"""  # noqa: S608 -- no user input
        for number, _ in enumerate(wanted)
    )
    rows = fetch_rows(statement, [value for uid in wanted for value in (adapt_uid(uid), STORY, moment, moment)])
    return {wanted[number]: count for number, count in rows}


def _most_frequent_uids(lists: Iterable[str]) -> list[tuple[str, int]]:
    numbers = Counter(" ".join(lists).split())
    most = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))[:MAX_VALUES]
    return [(str(UUID(uid)), number) for uid, number in most]


def _count_by_section(results: Results, sections: Iterable[str]) -> list[tuple[str, int]]:
    kinds = list(sections)
    if not kinds:
        return []
    stemmed = StemmedQuery(results.query, results.languages)
    stories = [each.pk for each in results.candidates if each.kind == STORY]
    # All results already match the query, including its exclusions, so no condition is needed for these here.
    tags = apply_filters(IndexQuery(), results.filters)
    queries = [tags.with_conditions(*stemmed.conditions_in_part(kind)) for kind in kinds]
    story_keys = set(stories)
    pairs = fetch_rows(*get_backend().matching_pairs_sql(queries, stories))
    numbers = Counter(number for number, key in pairs if key in story_keys)
    return [(kinds[number], count) for number, count in numbers.most_common()]
