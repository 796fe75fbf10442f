"""The shelves of the front page: the topics that recent stories name most often, each with its newest stories."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from stories.editions.models import Edition
from stories.public.pages.lists.cards import Card
from topics.models import Topic

MAX_SHELVES = 3
MAX_STORIES_ON_SHELF = 3
MIN_STORIES = 2  # the number of stories that must name a topic before it gets a shelf


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with some of its stories, newest first."""

    topic: Topic
    cards: list[Card]


def find_most_used_topics(
    latest: Iterable[Edition], topic_keys: Mapping[int, Sequence[int]]
) -> dict[int, list[Edition]]:
    """Return the stories among ``latest`` that name each topic, keyed by the key of the topic, most used topics first.

    Topics that fewer than ``MIN_STORIES`` stories name are left out. ``topic_keys`` maps the key of each edition to the
    keys of its topics.
    """
    stories_by_topic: defaultdict[int, list[Edition]] = defaultdict(list)
    for edition in latest:
        for topic in topic_keys.get(edition.pk, ()):
            stories_by_topic[topic].append(edition)
    by_use = sorted(stories_by_topic.items(), key=lambda each: len(each[1]), reverse=True)
    return {topic: editions for topic, editions in by_use if len(editions) >= MIN_STORIES}


def fill_shelves(
    used: Mapping[int, Sequence[Edition]], topics: Mapping[int, Topic], *, shown: Collection[int]
) -> list[Shelf]:
    """Return at most ``MAX_SHELVES`` shelves for the topics in ``used``, the result of ``find_most_used_topics``.

    ``topics`` maps keys to topics. No story is on two shelves. Stories whose keys are in ``shown`` appear elsewhere on
    the page, so they are on none. A topic without remaining stories has no shelf.
    """
    return list(islice(_iter_shelves(used, topics, shown=set(shown)), MAX_SHELVES))


def _iter_shelves(
    used: Mapping[int, Sequence[Edition]], topics: Mapping[int, Topic], *, shown: set[int]
) -> Iterator[Shelf]:
    for key, editions in used.items():
        remaining = [edition for edition in editions if edition.pk not in shown]
        if remaining:
            cards = [Card(edition, topics[key].name) for edition in remaining[:MAX_STORIES_ON_SHELF]]
            shown |= {card.edition.pk for card in cards}
            yield Shelf(topics[key], cards)
