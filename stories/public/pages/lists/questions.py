"""The list of questions, newest first: all questions, or the questions about a topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count as CountOf
from django.db.models.functions import Coalesce

from newsroom.db.keyset import Cursor, paginate, select_first
from newsroom.entities.counts import Count, MentionCounter
from newsroom.page_cache.dependencies import QUESTIONS, NoDependencies, PageDependencies
from stories.editions.models import Edition, EditionQuerySet, EditionTopic
from stories.public.pages.lists.branches import list_languages, split_by_language
from stories.public.pages.lists.cards import Card, live_questions, question_cards
from stories.public.pages.open_questions import count_open_questions
from topics.models import Topic
from topics.navigation import load_navigation
from topics.pages import record_dependencies, topic_family

MAX_TOPICS = 12
# The number of newest questions whose topics are counted.
QUESTIONS_COUNTED = 100
# The key of the topic, or of the topic into which it was merged.
PRESENT_TOPIC = Coalesce("topic__merged_into", "topic")


@dataclass(frozen=True, slots=True)
class TopicWithCount:
    """A topic with the number of live questions about it."""

    topic: Topic
    questions: Count


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A page of the list of questions, and the most frequent topics of the newest questions.

    ``about`` is the topic to which the list is restricted, or None. ``open_questions`` counts the open questions about
    all topics; only the first page without a topic has this count.
    """

    cards: list[Card]
    about: Topic | None
    topics: list[TopicWithCount]
    open_questions: Count | None
    next_cursor: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, topic: str, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the list that starts at the cursor ``before``.

        If ``topic`` is not empty, the list contains only questions about the topic with this slug.

        This takes at most nine queries, up to four more for the topic, and two more if ``dependencies`` is given.
        Raise Http404 if the cursor is invalid or if no live edition names the topic.
        """
        record_dependencies(dependencies, QUESTIONS)
        family = topic_family(topic, at=at) if topic else None
        languages = list_languages("question")
        branches = split_by_language(Edition.objects.live(at).questions(), languages)
        if family:
            topic_branches = family.mention_branches("question", languages=languages)
            question_page = paginate(live_questions(at), before=before, branches=topic_branches, key="edition")
        else:
            question_page = paginate(live_questions(at), before=before, branches=branches)
        cards = question_cards(question_page.rows, load_navigation(dependencies or NoDependencies(at=at)))
        topics = _find_frequent_topics(branches, languages, at=at)
        return cls(
            cards,
            family.thing if family else None,
            topics,
            None if topic or before else count_open_questions(at=at),
            question_page.next_cursor,
            question_page.is_first,
            at,
        )


def _find_frequent_topics(
    branches: Sequence[EditionQuerySet], languages: Collection[str] | None, *, at: datetime
) -> list[TopicWithCount]:
    """Return the most frequent topics of the newest questions, each with the number of live questions about it.

    This takes two queries, and more if other topics were merged into some of them.
    """
    newest = select_first(branches, order=("-updated_at", "-uid"), limit=QUESTIONS_COUNTED)
    rows = EditionTopic.objects.filter(edition__in=newest).order_by().values(present=PRESENT_TOPIC)
    by_frequency = rows.annotate(number=CountOf("edition", distinct=True)).order_by("-number", "present")
    keys = list(by_frequency.values_list("present", flat=True)[:MAX_TOPICS])
    counter = MentionCounter("question", at, languages=languages)
    topics = list(counter.annotate(Topic.objects.filter(pk__in=keys)))
    counts = counter.count(topics)
    with_counts = [TopicWithCount(topic, counts[topic.pk]) for topic in topics]
    return sorted(with_counts, key=lambda row: (-row.questions.number, row.topic.folded_name))
