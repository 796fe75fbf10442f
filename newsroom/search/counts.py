"""Count results by the values of filters, and the stories that name a topic or an outlet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from uuid import UUID

from django.db import connection

from newsroom.search.backends import get_backend
from newsroom.search.lookup import adapt_datetime, adapt_uid, fetch_rows
from newsroom.search.query.conditions import STORY, StemmedQuery
from newsroom.search.search import Results

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
    """The counts by kind, topic and outlet, most frequent first. The values are kinds and uids."""

    kinds: list[Count] = field(default_factory=list)
    topics: list[Count] = field(default_factory=list)
    outlets: list[Count] = field(default_factory=list)


def count_by_filter(results: Results) -> Counts:
    """Count the results by kind, topic and outlet. For topics and outlets, include only the most frequent values."""
    kinds = Counter(each.kind for each in results.candidates)
    return Counts(
        kinds=_make_counts(results, kinds.most_common()),
        topics=_make_counts(results, _most_frequent_uids(each.topics for each in results.candidates)),
        outlets=_make_counts(results, _most_frequent_uids(each.outlets for each in results.candidates)),
    )


def count_by_section(results: Results, sections: Iterable[str]) -> list[Count]:
    """For each kind of section, count the stories that contain all wanted phrases in sections of that kind.

    ``sections`` are the kinds to count. The most frequent kind comes first; kinds without such stories are left out.
    """
    return _make_counts(results, _count_by_section(results, sections))


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


def _make_counts(results: Results, pairs: Iterable[tuple[str, int]]) -> list[Count]:
    return [Count(value, number, results.total_is_capped) for value, number in pairs]


def _most_frequent_uids(lists: Iterable[str]) -> list[tuple[str, int]]:
    numbers = Counter(" ".join(lists).split())
    # Most values occur once or twice, so few of them need to be sorted by uid as well.
    least = min(nlargest(MAX_VALUES, numbers.values()), default=0)
    frequent = [each for each in numbers.items() if each[1] >= least]
    most = sorted(frequent, key=lambda each: (-each[1], each[0]))[:MAX_VALUES]
    return [(str(UUID(uid)), number) for uid, number in most]


def _count_by_section(results: Results, sections: Iterable[str]) -> list[tuple[str, int]]:
    kinds = list(sections)
    stories = [each.pk for each in results.candidates if each.kind == STORY]
    if not kinds or not stories:
        return []
    with connection.cursor() as cursor:
        pairs = get_backend().find_in_sections(cursor, StemmedQuery(results.query, results.languages), kinds, stories)
    numbers = Counter(dict.fromkeys(kinds, 0))
    numbers.update(kind for kind, _ in pairs)
    return [(kind, number) for kind, number in numbers.most_common() if number]
