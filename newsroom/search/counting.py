"""Counts how many of what was found each filter would leave: among the newest, never all there is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count as CountOf

from newsroom.search.asking import Sought
from newsroom.search.filters import OUTLET, STORY, TOPIC
from newsroom.search.keys import FIRST_OF_PAGES
from newsroom.search.models import Mention, SearchDocument
from newsroom.search.searching import Results, numbers, pages_question

MOST_VALUES = 10


@dataclass(frozen=True, slots=True)
class Count:
    """How often one value of a filter occurs; where ``is_capped`` there are at least so many."""

    value: str
    number: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """The values of each filter, the most frequent first: kinds, uids of topics and outlets, kinds of sections."""

    kinds: list[Count]
    topics: list[Count]
    outlets: list[Count]
    sections: list[Count]


def counts(results: Results, *, at: datetime, sections: Iterable[str] = ()) -> Counts:
    """Count what was found by each filter; of topics and outlets the ten most frequent.

    ``sections`` are the kinds of sections that are asked about: of each it is counted in how many stories all that is
    wanted stands in a section of that kind. Four queries.
    """
    kinds = Counter(SearchDocument.objects.filter(pk__in=results.found).values_list("kind", flat=True))
    capped = results.total_is_capped

    def counted(pairs: Iterable[tuple[str, int]]) -> list[Count]:
        return [Count(value, number, capped) for value, number in pairs]

    return Counts(
        kinds=counted(kinds.most_common()),
        topics=counted(_named(results, TOPIC)),
        outlets=counted(_named(results, OUTLET)),
        sections=_sections(results, sections, at=at) if kinds[STORY] else [],
    )


def _named(results: Results, kind: str) -> Iterator[tuple[str, int]]:
    named = Mention.objects.filter(document__in=results.found, kind=kind).values_list("uid")
    for uid, number in named.annotate(number=CountOf("pk")).order_by("-number", "uid")[:MOST_VALUES]:
        yield str(uid), number


def _sections(results: Results, sections: Iterable[str], *, at: datetime) -> list[Count]:
    sought = Sought(results.wanted, results.languages)
    questions = {kind: pages_question(sought, replace(results.filters, section=kind)) for kind in sections}
    found = numbers(questions, at=at, among=[key for key in results.found if key >= FIRST_OF_PAGES])
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return [Count(kind, number, results.total_is_capped) for kind, number in ordered if number]
