"""The page of one common question."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Self

from django.utils import timezone, translation

from stories.models.edition import Edition, EditionQuestion
from stories.reading.addresses import standing_at
from stories.reading.cards import Card, live_stories, story_cards
from stories.reading.changes import changes_of
from stories.reading.links import Links
from stories.reading.marks import fill, targets_in
from stories.reading.outlets import outlets_of
from stories.reading.parts import SourceShown, sources_of
from stories.reading.pictures import figures_of, printed
from stories.reading.topics_named import TopicShown, topics_shown
from stories.rendering import QuestionFragments

MOST_STORIES = 20


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer, with the day on which it was true."""

    anchor: str
    question: str
    body_html: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything the page of one question shows at one moment."""

    edition: Edition
    at: datetime
    question: str
    introduction_html: str
    answers: list[AnswerShown]
    as_of: date | None
    sources: list[SourceShown]
    topics: list[TopicShown]
    stories: list[Card]
    changes: list[Edition]

    @classmethod
    def load(cls, slug: str, *, at: datetime) -> Self:
        """Return the page of the question at this address, in nine queries at most.

        Raises as ``stories.reading.addresses.standing_at`` does.
        """
        edition = standing_at("question", slug, at=at)
        return cls.of(edition, QuestionFragments.model_validate(edition.fragments), at=at)

    @classmethod
    def of(cls, edition: Edition, fragments: QuestionFragments, *, at: datetime) -> Self:
        """Return the page of ``edition``, stored or not, as ``fragments`` say it, in its own language."""
        with translation.override(edition.language):
            return cls._of(edition, fragments, at=at)

    @classmethod
    def _of(cls, edition: Edition, fragments: QuestionFragments, *, at: datetime) -> Self:
        texts = [fragments.introduction_html, *(answer.body_html for answer in fragments.answers)]
        texts += [picture.caption_html for picture in fragments.pictures.values()]
        own_topics = [mention.topic for mention in fragments.topics if mention.topic]
        links = Links.load(targets_in(texts), topics=own_topics, questions=(), at=at)
        today = timezone.localtime(at).date()
        caption = partial(fill, places=links.places, pictures={}, today=today)
        figures = printed(figures_of(list(fragments.pictures.values()), fill=caption))
        put = partial(fill, places=links.places, pictures=figures, today=today)
        outlets = outlets_of({source.outlet.uid for source in fragments.sources if source.outlet.uid})
        return cls(
            edition=edition,
            at=at,
            question=fragments.question,
            introduction_html=put(fragments.introduction_html),
            answers=[
                AnswerShown(answer.anchor, answer.question, put(answer.body_html), answer.as_of)
                for answer in fragments.answers
            ],
            as_of=max((answer.as_of for answer in fragments.answers if answer.as_of), default=None),
            sources=list(sources_of(fragments.sources, outlets).values()),
            topics=topics_shown(fragments.topics, links, at=at),
            stories=_asking(edition, at=at),
            changes=changes_of(edition, at=at),
        )


def _asking(edition: Edition, *, at: datetime) -> list[Card]:
    """Return the live stories that ask the question, newest first."""
    asking = EditionQuestion.objects.filter(question_uid=edition.uid).values("edition")
    return story_cards(live_stories(at).filter(pk__in=asking).newest_first()[:MOST_STORIES])
