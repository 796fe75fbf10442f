"""The topics that are most in use lately, each with its latest stories."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from stories.models.edition import Edition
from stories.reading.cards import Card
from topics.models import Topic

SHELVES = 3
STORIES_ON_A_SHELF = 3
IN_USE = 2  # stories that have to name a topic


@dataclass(frozen=True, slots=True)
class Shelf:
    """One topic with some of its stories, newest first."""

    topic: Topic
    cards: list[Card]


def shelves(latest: Sequence[Edition], topics: Mapping[int, Sequence[Topic]], *, shown: Collection[int]) -> list[Shelf]:
    """Return shelves for the topics that most of the ``latest`` stories name.

    ``topics`` are those of each edition, by its key. No story stands on two shelves, and none of those ``shown``
    elsewhere on the page, whose keys are given, stands here again; a topic with nothing left has no shelf.
    """
    return list(islice(_filled(latest, topics, shown=set(shown)), SHELVES))


def _filled(latest: Sequence[Edition], topics: Mapping[int, Sequence[Topic]], *, shown: set[int]) -> Iterator[Shelf]:
    named: dict[int, Topic] = {}
    naming: defaultdict[int, list[Edition]] = defaultdict(list)
    for edition in latest:
        for topic in topics.get(edition.pk, ()):
            named[topic.pk] = topic
            naming[topic.pk].append(edition)
    in_use = [(named[key], editions) for key, editions in naming.items() if len(editions) >= IN_USE]
    for topic, editions in sorted(in_use, key=lambda each: len(each[1]), reverse=True):
        left = [edition for edition in editions if edition.pk not in shown]
        if left:
            cards = [Card(edition, topic.name) for edition in left[:STORIES_ON_A_SHELF]]
            shown |= {card.edition.pk for card in cards}
            yield Shelf(topic, cards)
