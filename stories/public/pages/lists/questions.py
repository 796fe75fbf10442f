"""The list of questions, newest first: all of them or those about one topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count as CountOf
from django.db.models.functions import Coalesce

from newsroom.db.keyset import Cursor, paginate, select_first
from newsroom.entities.counts import Count, MentionCounter
from newsroom.page_cache.dependencies import QUESTIONS, PageDependencies
from stories.editions.models import Edition, EditionQuerySet, EditionTopic
from stories.public.pages.lists.branches import list_languages, split_by_language
from stories.public.pages.lists.cards import Card, live_questions, question_cards
from topics.models import Topic
from topics.pages import record_dependencies, topic_family

MOST_TOPICS = 12
# The number of newest questions among which topics are counted.
TOPICS_OF = 100
# The key of the named topic, or of the topic into which it was merged.
PRESENT = Coalesce("topic__merged_into", "topic")


@dataclass(frozen=True, slots=True)
class TopicWithCount:
    """A topic with the number of live questions about it."""

    topic: Topic
    questions: Count


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A page of the list of questions, and the most frequent topics of all questions.

    ``about`` is the topic to which the list is restricted.
    """

    cards: list[Card]
    about: Topic | None
    topics: list[TopicWithCount]
    next_cursor: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, topic: str, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the questions from the cursor ``before`` on; a ``topic``, given by slug, restricts them.

        It takes at most six queries, up to four more for the topic, and two for ``dependencies``. Raise Http404 for a
        topic that no live edition names.
        """
        record_dependencies(dependencies, QUESTIONS)
        family = topic_family(topic, at=at) if topic else None
        languages = list_languages("question")
        all_walks = split_by_language(Edition.objects.live(at).questions(), languages)
        if family:
            about = family.mention_branches("question", languages=languages)
            found = paginate(live_questions(at), before=before, branches=about, key="edition")
        else:
            found = paginate(live_questions(at), before=before, branches=all_walks)
        cards = question_cards(found.rows)
        topics = _topics(all_walks, languages, at=at)
        return cls(cards, family.thing if family else None, topics, found.next_cursor, found.is_first, at)


def _topics(
    walks: Sequence[EditionQuerySet], languages: Collection[str] | None, *, at: datetime
) -> list[TopicWithCount]:
    """Return the most frequent topics of the newest questions, each with its count of all questions.

    It takes two or three queries.
    """
    newest = select_first(walks, order=("-updated_at", "-uid"), limit=TOPICS_OF)
    rows = EditionTopic.objects.filter(edition__in=newest).order_by().values(present=PRESENT)
    most = rows.annotate(number=CountOf("edition", distinct=True)).order_by("-number", "present")
    keys = list(most.values_list("present", flat=True)[:MOST_TOPICS])
    counting = MentionCounter("question", at, languages=languages)
    topics = list(counting.annotate(Topic.objects.filter(pk__in=keys)))
    numbers = counting.count(topics)
    found = [TopicWithCount(topic, numbers[topic.pk]) for topic in topics]
    return sorted(found, key=lambda row: (-row.questions.number, row.topic.folded_name))
