"""Counts of the results that each filter would leave, among the newest ones and never among all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from newsroom.search.backends import get_backend
from newsroom.search.lookup import adapt_datetime, adapt_uid, fetch_rows
from newsroom.search.query.conditions import STORY, IndexQuery, StemmedQuery
from newsroom.search.search import Results, apply_filters

MOST_VALUES = 10
MAX_COUNT = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """The number of results with one value of a filter; if it ``is_capped``, there are at least that many."""

    value: str
    number: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """The values of each filter, most frequent first: kinds, uids of topics and outlets, kinds of sections."""

    kinds: list[Count] = field(default_factory=list)
    topics: list[Count] = field(default_factory=list)
    outlets: list[Count] = field(default_factory=list)
    sections: list[Count] = field(default_factory=list)


def count_by_filter(results: Results, *, sections: Iterable[str] = ()) -> Counts:
    """Count the results for each filter; for topics and outlets, only the ten most frequent ones.

    ``sections`` are the kinds of sections to count. The count of a kind is the number of stories that contain the whole
    query in sections of that kind. One query if there are stories.
    """
    kinds = Counter(each.kind for each in results.candidates)
    capped = results.total_is_capped

    def counted(pairs: Iterable[tuple[str, int]]) -> list[Count]:
        return [Count(value, number, capped) for value, number in pairs]

    return Counts(
        kinds=counted(kinds.most_common()),
        topics=counted(_named(each.topics for each in results.candidates)),
        outlets=counted(_named(each.outlets for each in results.candidates)),
        sections=counted(_sections(results, sections)) if kinds[STORY] else [],
    )


def count_stories_naming(uids: Iterable[UUID], *, at: datetime) -> dict[UUID, int]:
    """Return how many stories that are live at ``at`` name each topic or outlet, counted up to ``MOST_NAMING``.

    One query, or none without ``uids``.
    """
    wanted = list(uids)
    if not wanted:
        return {}
    moment = adapt_datetime(at)
    statement = " UNION ALL ".join(
        f"""SELECT {number}, count(*) FROM (
            SELECT 1 FROM "search_mention" WHERE "uid" = %s AND "page_kind" = %s
            AND "live_from" <= %s AND "live_until" > %s LIMIT {MAX_COUNT}
        ) AS naming"""  # noqa: S608 -- numbers of our own
        for number, _ in enumerate(wanted)
    )
    found = fetch_rows(statement, [value for uid in wanted for value in (adapt_uid(uid), STORY, moment, moment)])
    return {wanted[number]: many for number, many in found}


def _named(lists: Iterable[str]) -> list[tuple[str, int]]:
    numbers = Counter(" ".join(lists).split())
    most = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))[:MOST_VALUES]
    return [(str(UUID(uid)), number) for uid, number in most]


def _sections(results: Results, sections: Iterable[str]) -> list[tuple[str, int]]:
    kinds = list(sections)
    if not kinds:
        return []
    sought = StemmedQuery(results.query, results.languages)
    stories = [each.pk for each in results.candidates if each.kind == STORY]
    # All results contain the query somewhere and nothing that it excludes, so neither is a condition here.
    tags = apply_filters(IndexQuery(), results.filters)
    questions = [tags.with_conditions(*sought.conditions_in_part(kind)) for kind in kinds]
    among = set(stories)
    pairs = fetch_rows(*get_backend().answering(questions, stories))
    numbers = Counter(number for number, key in pairs if key in among)
    return [(kinds[number], many) for number, many in numbers.most_common()]
