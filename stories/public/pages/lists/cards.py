"""Cards: stories and questions in lists, with their topics."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.db.models.functions import Coalesce
from django.utils import timezone

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_day
from newsroom.http.languages import in_active_language
from newsroom.page_cache.dependencies import PageDependencies
from stories.editions.models import Edition, EditionQuerySet, EditionTopic
from topics.models import Topic
from topics.navigation import Navigation, list_heading_topics

# The key of each topic that the editions name, or of the topic into which it was merged.
_NAMED_TOPIC_KEYS = PreparedQuery(
    lambda editions: (
        EditionTopic.objects.filter(edition__id__in=editions)
        .order_by("edition", "position", "pk")
        .values_list("edition", Coalesce("topic__merged_into", "topic"))
    )
)
_TOPICS = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys))
_TOPIC_NAMES = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys).values_list("pk", "name", "kind"))


@dataclass(frozen=True, slots=True)
class Card:
    """A story or question in a list, with the name of the topic above its title, or ""."""

    edition: Edition
    topic: str
    as_of: date | None = None


def story_cards(editions: Iterable[Edition], navigation: Navigation) -> list[Card]:
    """Return the cards of the stories in the same order. Finding their topics takes two queries."""
    stories = list(editions)
    names = load_heading_topics(stories, navigation)
    return [Card(story, names.get(story.pk, "")) for story in stories]


def question_cards(editions: Iterable[Edition], navigation: Navigation) -> list[Card]:
    """Return the cards of the questions in the same order. Finding their topics takes two queries."""
    questions = list(editions)
    names = load_heading_topics(questions, navigation)
    return [Card(question, names.get(question.pk, ""), question.as_of) for question in questions]


def expire_at_midnight(editions: Iterable[Edition], dependencies: PageDependencies) -> None:
    """Make the page expire at midnight if one of ``editions`` was updated today.

    Until then, the page shows the time of the update; afterwards, it shows the date.
    """
    today = timezone.localdate(dependencies.at)
    if any(timezone.localdate(edition.updated_at) == today for edition in editions):
        dependencies.limit_validity(start_of_next_day(dependencies.at))


def load_heading_topics(editions: Collection[Edition], navigation: Navigation) -> dict[int, str]:
    """Return the present name of the topic above the title of each edition, keyed by the edition's key, in two queries.

    Editions without such a topic are left out.
    """
    keys_by_edition = load_topic_keys(editions)
    rows = list(_TOPIC_NAMES(keys=set(chain.from_iterable(keys_by_edition.values()))))
    names, kinds = {key: name for key, name, _ in rows}, {key: kind for key, _, kind in rows}
    return find_headings(editions, keys_by_edition, names=names, kinds=kinds, navigation=navigation)


def find_headings(
    editions: Iterable[Edition],
    keys_by_edition: Mapping[int, Sequence[int]],
    *,
    names: Mapping[int, str],
    kinds: Mapping[int, str],
    navigation: Navigation,
) -> dict[int, str]:
    """Return the name of the topic above the title of each edition. Topics and editions are represented by their keys."""
    headings = {
        edition.pk: list_heading_topics(
            {key: kinds[key] for key in keys_by_edition.get(edition.pk, ())},
            sections=navigation.list_sections(edition.language),
        )
        for edition in editions
    }
    return {edition: names[topics[0]] for edition, topics in headings.items() if topics}


def load_topics(editions: Iterable[Edition]) -> dict[int, list[Topic]]:
    """Return the topics of each edition, or those into which they were merged, in order, keyed by the edition's key."""
    keys_by_edition = load_topic_keys(editions)
    topics = load_topics_by_key(chain.from_iterable(keys_by_edition.values()))
    return {edition: [topics[key] for key in keys] for edition, keys in keys_by_edition.items()}


def load_topic_keys(editions: Iterable[Edition]) -> dict[int, list[int]]:
    """Return the keys of each edition's topics, or of those into which they were merged, keyed by the edition's key.

    The keys of the topics are in the edition's order, without duplicates. This function makes one query.
    """
    keys_by_edition: dict[int, dict[int, None]] = {}
    for edition, topic in _NAMED_TOPIC_KEYS(editions=[edition.pk for edition in editions]):
        keys_by_edition.setdefault(edition, {})[topic] = None
    return {edition: list(topics) for edition, topics in keys_by_edition.items()}


def load_topics_by_key(keys: Iterable[int]) -> dict[int, Topic]:
    """Return the topics with these primary keys, keyed by primary key, in one query."""
    return {topic.pk: topic for topic in _TOPICS(keys=set(keys))}


def live_stories(at: datetime) -> EditionQuerySet:
    """Return the stories that are live at ``at``, with the fields that lists need."""
    return Edition.objects.live(at).stories().for_cards()


def live_questions(at: datetime) -> EditionQuerySet:
    """Return the questions that are live at ``at``, with the fields that lists need."""
    return Edition.objects.live(at).questions().with_answer_days().for_cards()


def listed_stories(at: datetime) -> EditionQuerySet:
    """Return the stories that are in the list of the active language at ``at``."""
    return live_stories(at).filter(in_active_language())
