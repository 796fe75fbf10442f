"""Shelves of the front page: the topics that recent stories name most, each with its latest stories."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from stories.editions.models import Edition
from stories.public.pages.lists.cards import Card
from topics.models import Topic

SHELVES = 3
STORIES_ON_A_SHELF = 3
IN_USE = 2  # stories that must name a topic before it gets a shelf


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with some of its stories, newest first."""

    topic: Topic
    cards: list[Card]


def most_used_topics(latest: Iterable[Edition], named: Mapping[int, Sequence[int]]) -> dict[int, list[Edition]]:
    """Return the keys of the topics that several of the ``latest`` stories name, with those stories, most used first.

    ``named`` holds the keys of the topics of each edition by the key of the edition.
    """
    naming: defaultdict[int, list[Edition]] = defaultdict(list)
    for edition in latest:
        for topic in named.get(edition.pk, ()):
            naming[topic].append(edition)
    used = sorted(naming.items(), key=lambda each: len(each[1]), reverse=True)
    return {topic: editions for topic, editions in used if len(editions) >= IN_USE}


def fill_shelves(
    used: Mapping[int, Sequence[Edition]], topics: Mapping[int, Topic], *, shown: Collection[int]
) -> list[Shelf]:
    """Return shelves for the topics in ``used``, which ``in_use`` returned; ``topics`` holds them by key.

    A story is on one shelf only. Stories whose keys are in ``shown`` are elsewhere on the page and on no shelf. A topic
    without remaining stories has no shelf.
    """
    return list(islice(_filled(used, topics, shown=set(shown)), SHELVES))


def _filled(used: Mapping[int, Sequence[Edition]], topics: Mapping[int, Topic], *, shown: set[int]) -> Iterator[Shelf]:
    for key, editions in used.items():
        left = [edition for edition in editions if edition.pk not in shown]
        if left:
            cards = [Card(edition, topics[key].name) for edition in left[:STORIES_ON_A_SHELF]]
            shown |= {card.edition.pk for card in cards}
            yield Shelf(topics[key], cards)
