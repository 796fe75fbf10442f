"""The page of one topic: what it is, its stories by date, its questions, and what the same stories name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Count, F, Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from newsroom.pages.answering import MovedError
from newsroom.pages.paging import Place, cut
from newsroom.text.markdown import render
from topics.models import Topic
from topics.reading.index import KINDS, TopicCounted

STORIES_ON_A_PAGE = 20
MOST_QUESTIONS = 10
MOST_COMPANIONS = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """A story as it stands in the list of a topic."""

    edition: Model


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands in the list of a topic, with the newest day on which an answer was true."""

    edition: Model
    as_of: date


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Everything the page of one topic shows at one moment."""

    topic: Topic
    at: datetime
    description_html: str
    stories: list[Listed]
    story_count: int
    questions: list[Asked]
    question_count: int
    companions: list[TopicCounted]
    latest: datetime | None
    earlier: Place | None
    is_first: bool

    @property
    def kinds(self) -> str:
        """What topics of its kind are called together."""
        return str(KINDS[self.topic.kind])

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime) -> Self:
        """Return the page of the topic at this address, in nine queries at most.

        Raises MovedError for a former address or a merged topic, Http404 unless a live edition names the topic.
        """
        topic = public_topic(slug, at=at)
        if topic.slug != slug:
            raise MovedError(topic.get_absolute_url())
        family = Topic.objects.filter(Q(pk=topic.pk) | Q(merged_into=topic))
        live = _naming(topic).filter(live_from__lte=at, live_until__gt=at)
        editions = _editions(topic).filter(pk__in=live.filter(topic__in=family).values("edition"))
        stories = editions.filter(work_kind="story")
        questions = editions.filter(work_kind="question")
        found = cut(stories, before=before, size=STORIES_ON_A_PAGE)
        asked = questions.annotate(answers=F("fragments__answers")).order_by("-updated_at", "-pk")
        return cls(
            topic=topic,
            at=at,
            description_html=render(topic.description, numbers={}, anchor="topic", things=False),
            stories=[Listed(edition) for edition in found.rows],
            story_count=stories.count(),
            questions=[_asked(edition) for edition in asked[:MOST_QUESTIONS]],
            question_count=questions.count(),
            companions=_companions(live, stories, family),
            latest=_updated(found.rows[0]) if found.is_first and found.rows else None,
            earlier=found.earlier,
            is_first=found.is_first,
        )


def _asked(edition: Model) -> Asked:
    answers: list[dict[str, str | None]] = getattr(edition, "answers", None) or []
    days = [date.fromisoformat(day) for answer in answers if (day := answer.get("as_of"))]
    return Asked(edition, max(days, default=_updated(edition).date()))


def _updated(edition: Model) -> datetime:
    updated: datetime = getattr(edition, "updated_at")  # noqa: B009  # topics know no edition by type
    return updated


def public_topic(slug: str, *, at: datetime) -> Topic:
    """Return the topic that a present or former address leads to, a merged one as what it was merged into.

    Raises Http404 unless a live edition names it. Three queries at most.
    """
    if "\x00" in slug:
        raise Http404
    topic = Topic.objects.select_related("merged_into__picture", "picture").led_to(slug, at=at)
    if topic is None or not Topic.objects.public(at).filter(pk=topic.pk).exists():
        raise Http404
    return topic


def _naming(topic: Topic) -> QuerySet[Model]:
    """Return the rows by which editions name topics, whichever topic they name."""
    return topic.editions.model._default_manager.all()


def _editions(topic: Topic) -> QuerySet[Model]:
    """Return editions without what a list does not show."""
    model = topic.editions.model._meta.get_field("edition").related_model
    return model._default_manager.select_related("lead_image").defer("fragments")


def _companions(live: QuerySet[Model], stories: QuerySet[Model], family: QuerySet[Topic]) -> list[TopicCounted]:
    """Return the topics that the same stories name, the most frequent first."""
    together = (
        live.filter(edition__in=stories.values("pk"))
        .exclude(topic__in=family)
        .order_by()
        .values(present=Coalesce("topic__merged_into", "topic"))
        .annotate(number=Count("edition", distinct=True))
        .order_by("-number", "present")
    )
    numbers = dict(together.values_list("present", "number")[:MOST_COMPANIONS])
    found = [TopicCounted(companion, numbers[companion.pk]) for companion in Topic.objects.filter(pk__in=numbers)]
    return sorted(found, key=lambda row: (-row.stories, row.topic.folded_name))
