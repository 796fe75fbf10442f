"""Cards: stories and questions as lists show them, with their topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_day
from newsroom.http.languages import in_active_language
from newsroom.page_cache.dependencies import PageDependencies
from stories.editions.models import Edition, EditionQuerySet, EditionTopic
from stories.public.pages.works.links import newest_as_of
from topics.models import Topic

# The key of each named topic, or of the topic into which it was merged.
_NAMED = PreparedQuery(
    lambda editions: (
        EditionTopic.objects.filter(edition__id__in=editions)
        .order_by("edition", "position", "pk")
        .values_list("edition", Coalesce("topic__merged_into", "topic"))
    )
)
_TOPICS = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys))
_CALLED = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Card:
    """A story or question in a list, with the name of its first topic."""

    edition: Edition
    topic: str
    as_of: date | None = None


def story_cards(editions: Iterable[Edition]) -> list[Card]:
    """Return the stories as cards, in their order. Two queries, for the topics."""
    found = list(editions)
    names = first_topics(found)
    return [Card(edition, names.get(edition.pk, "")) for edition in found]


def question_cards(editions: Iterable[Edition]) -> list[Card]:
    """Return the questions as cards, in their order. Two queries, for the topics."""
    found = list(editions)
    names = first_topics(found)
    return [Card(edition, names.get(edition.pk, ""), newest_as_of(edition)) for edition in found]


def expire_at_midnight(editions: Iterable[Edition], dependencies: PageDependencies) -> None:
    """Make the page expire at midnight if one of ``editions`` was updated today, because it is shown as “today”."""
    today = timezone.localdate(dependencies.at)
    if any(timezone.localdate(edition.updated_at) == today for edition in editions):
        dependencies.limit_validity(start_of_next_day(dependencies.at))


def first_topics(editions: Iterable[Edition]) -> dict[int, str]:
    """Return the present name of the first topic of each edition, by the key of the edition. Two queries."""
    first = {edition: keys[0] for edition, keys in topic_keys_of(editions).items()}
    names = dict(_CALLED(keys=set(first.values())))
    return {edition: names[topic] for edition, topic in first.items()}


def topics_of(editions: Iterable[Edition]) -> dict[int, list[Topic]]:
    """Return the present topics of each edition in its order, by the key of the edition. Two queries."""
    named = topic_keys_of(editions)
    present = topics_by_key(chain.from_iterable(named.values()))
    return {edition: [present[topic] for topic in topics] for edition, topics in named.items()}


def topic_keys_of(editions: Iterable[Edition]) -> dict[int, list[int]]:
    """Return the keys of the present topics of each edition, in its order and without repetition. One query."""
    named: dict[int, dict[int, None]] = {}
    for edition, topic in _NAMED(editions=[edition.pk for edition in editions]):
        named.setdefault(edition, {})[topic] = None
    return {edition: list(topics) for edition, topics in named.items()}


def topics_by_key(keys: Iterable[int]) -> dict[int, Topic]:
    """Return the topics with these keys, by key. One query."""
    return {topic.pk: topic for topic in _TOPICS(keys=set(keys))}


def live_stories(at: datetime) -> EditionQuerySet:
    """Return the stories that are live at ``at``, with what lists need."""
    return Edition.objects.live(at).stories().for_cards()


def live_questions(at: datetime) -> EditionQuerySet:
    """Return the questions that are live at ``at``, with what lists need."""
    return Edition.objects.live(at).questions().annotate(answers=F("fragments__answers")).for_cards()


def listed_stories(at: datetime) -> EditionQuerySet:
    """Return the stories that the list in the active language holds at ``at``."""
    return live_stories(at).filter(in_active_language())
