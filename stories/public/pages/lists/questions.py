"""The list of common questions: newest first, all of them or those about one topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count as CountOf
from django.db.models.functions import Coalesce

from newsroom.db.keyset import Cursor, first_of, paginate
from newsroom.entities.counts import Count, Counting
from newsroom.page_cache.dependencies import QUESTIONS, PageDependencies
from stories.editions.models import Edition, EditionQuerySet, EditionTopic
from stories.public.pages.lists.branches import languages_of, walks
from stories.public.pages.lists.cards import Card, live_questions, question_cards
from topics.models import Topic
from topics.pages import topic_family, watch

MOST_TOPICS = 12
# Among so many of the newest questions the topics are counted.
TOPICS_OF = 100
# The topic that is named, or the one it was merged into.
PRESENT = Coalesce("topic__merged_into", "topic")


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """A topic with the number of questions that can be read about it."""

    topic: Topic
    questions: Count


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Some questions, where the earlier ones begin, and the topics that most of all questions are about.

    ``about`` is the one topic that was asked for.
    """

    cards: list[Card]
    about: Topic | None
    topics: list[TopicAsked]
    earlier: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, topic: str, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the questions from the place named ``before`` on, with a ``topic`` by its address those about it.

        Six queries at most, up to four more for the topic, and two for ``dependencies``. Raises Http404 for a topic that no live edition names.
        """
        watch(dependencies, QUESTIONS)
        family = topic_family(topic, at=at) if topic else None
        languages = languages_of("question")
        all_walks = walks(Edition.objects.live(at).questions(), languages)
        if family:
            about = family.walks("question", languages=languages)
            found = paginate(live_questions(at), before=before, walks=about, key="edition")
        else:
            found = paginate(live_questions(at), before=before, walks=all_walks)
        cards = question_cards(found.rows)
        topics = _topics(all_walks, languages, at=at)
        return cls(cards, family.thing if family else None, topics, found.earlier, found.is_first, at)


def _topics(walks: Sequence[EditionQuerySet], languages: Collection[str] | None, *, at: datetime) -> list[TopicAsked]:
    """Return the topics that most of the newest questions are about, with how many of all are. Two queries, or three."""
    newest = first_of(walks, order=("-updated_at", "-uid"), limit=TOPICS_OF)
    rows = EditionTopic.objects.filter(edition__in=newest).order_by().values(present=PRESENT)
    most = rows.annotate(number=CountOf("edition", distinct=True)).order_by("-number", "present")
    keys = list(most.values_list("present", flat=True)[:MOST_TOPICS])
    counting = Counting("question", at, languages=languages)
    topics = list(counting.added_to(Topic.objects.filter(pk__in=keys)))
    numbers = counting.of(topics)
    found = [TopicAsked(topic, numbers[topic.pk]) for topic in topics]
    return sorted(found, key=lambda row: (-row.questions.number, row.topic.folded_name))
