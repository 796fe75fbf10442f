"""The list of common questions: newest first, all of them or those about one topic."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count

from newsroom.pages.paging import Place, cut
from stories.reading.cards import Card, listed_questions, question_cards
from stories.reading.topics_named import PRESENT, naming
from topics.models import Topic
from topics.reading import public_topic

MOST_TOPICS = 12


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """A topic with the number of questions that can be read about it."""

    topic: Topic
    questions: int


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Some questions, where the earlier ones begin, and the topics that most of all questions are about.

    ``about`` is the one topic that was asked for.
    """

    cards: list[Card]
    about: Topic | None
    topics: list[TopicAsked]
    earlier: Place | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, topic: str, before: str, at: datetime) -> Self:
        """Return the questions from the place named ``before`` on, with a ``topic`` by its address those about it.

        Four queries, and up to four more for the topic. Raises Http404 for a topic that no live edition names.
        """
        about = public_topic(topic, at=at) if topic else None
        rows = naming("question", at=at).annotate(present=PRESENT)
        questions = listed_questions(at)
        if about:
            questions = questions.filter(pk__in=rows.filter(present=about.pk).values("edition"))
        found = cut(questions, before=before)
        most = rows.order_by().values("present").annotate(number=Count("edition", distinct=True))
        numbers = dict(most.order_by("-number", "present").values_list("present", "number")[:MOST_TOPICS])
        topics = [TopicAsked(row, numbers[row.pk]) for row in Topic.objects.filter(pk__in=numbers)]
        topics.sort(key=lambda row: (-row.questions, row.topic.folded_name))
        return cls(question_cards(found.rows), about, topics, found.earlier, found.is_first, at)
