"""The page of one topic: what it is, its stories by date, its questions, and what the same stories name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Count as CountOf
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from newsroom.names.counting import Count
from newsroom.names.families import Family
from newsroom.pages.answering import MovedError
from newsroom.pages.guarding import Guard, key, naming
from newsroom.pages.paging import Place, cut, first_of, newest
from newsroom.text.markdown import render
from topics.models import Topic
from topics.reading.index import KINDS, TopicCounted
from topics.reading.watching import watch

STORIES_ON_A_PAGE = 20
MOST_QUESTIONS = 10
MOST_COMPANIONS = 6
# Among so many of the newest stories the companions are counted.
COMPANIONS_OF = 100


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
    story_count: Count
    questions: list[Asked]
    question_count: Count
    companions: list[TopicCounted]
    latest: datetime | None
    earlier: Place | None
    is_first: bool

    @property
    def companions_of(self) -> int:
        """Among how many of the newest stories companions are counted where there are more."""
        return COMPANIONS_OF

    @property
    def kinds(self) -> str:
        """What topics of its kind are called together."""
        return str(KINDS[self.topic.kind])

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime, guard: Guard | None = None) -> Self:
        """Return the page of the topic at this address, in eleven queries at most.

        ``guard`` is told what it is built from. Raises MovedError for a former address or a merged topic, Http404 unless a live edition names the topic.
        """
        family = topic_family(slug, at=at, guard=guard)
        topic = family.thing
        if topic.slug != slug:
            raise MovedError(topic.get_absolute_url())
        editions = _editions(topic)
        stories = family.walks("story")
        found = cut(editions, before=before, size=STORIES_ON_A_PAGE, walks=stories, key="edition")
        answered = editions.annotate(answers=F("fragments__answers"))
        limit = MOST_QUESTIONS + 1
        asked = list(newest(answered, limit=limit, walks=family.walks("question"), key="edition"))
        is_all = found.is_first and found.earlier is None
        number = Count(len(found.rows)) if is_all else family.count("story")
        return cls(
            topic=topic,
            at=at,
            description_html=render(topic.description, numbers={}, anchor="topic", things=False),
            stories=[Listed(edition) for edition in found.rows],
            story_count=number,
            questions=[_asked(edition) for edition in asked[:MOST_QUESTIONS]],
            question_count=Count(len(asked)) if len(asked) < limit else family.count("question"),
            companions=_companions(family, is_all=number.is_all and number.number <= COMPANIONS_OF),
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


def topic_family(slug: str, *, at: datetime, guard: Guard | None = None) -> Family[Topic]:
    """Return the topic that a present or former address leads to, a merged one as what it was merged into.

    Raises Http404 unless a live edition names it. Three queries at most, two more for ``guard``.
    """
    if "\x00" in slug:
        raise Http404
    things = Topic.objects.select_related("picture")
    topic = things.select_related("merged_into__picture").led_to(slug, at=at)
    if topic is None:
        raise Http404
    pictures = [key("picture", topic.picture.uid)] if topic.picture else []
    watch(guard, key("topic", topic.uid), naming("topic", topic.uid), *pictures)
    family = Family.of(topic, at=at, among=things)
    if not family.keys:
        raise Http404
    if guard and family.thing.picture and family.thing.picture_id != topic.picture_id:
        guard.heed({key("picture", family.thing.picture.uid): None})  # not known beforehand: this page is not kept
    return family


def public_topic(slug: str, *, at: datetime) -> Topic:
    """Return the topic of which ``topic_family`` returns the family."""
    return topic_family(slug, at=at).thing


def _editions(topic: Topic) -> QuerySet[Model]:
    """Return editions without what a list does not show."""
    model = topic.editions.model._meta.get_field("edition").related_model
    return model._default_manager.select_related("lead_image").defer("fragments")


def _companions(family: Family[Topic], *, is_all: bool) -> list[TopicCounted]:
    """Return the topics that the newest of the same stories name, the most frequent first. Two queries.

    ``is_all`` says whether there are no others.
    """
    newest = first_of(family.walks("story"), order=("-updated_at", "-uid"), limit=COMPANIONS_OF, key="edition")
    together = (
        family.thing.editions.model._default_manager.filter(edition__in=newest)
        .exclude(Q(topic=family.thing) | Q(topic__merged_into=family.thing))
        .order_by()
        .values(present=Coalesce("topic__merged_into", "topic"))
        .annotate(number=CountOf("edition", distinct=True))
        .order_by("-number", "present")
    )
    numbers = dict(together.values_list("present", "number")[:MOST_COMPANIONS])
    companions = Topic.objects.filter(pk__in=numbers)
    found = [TopicCounted(companion, Count(numbers[companion.pk], is_all)) for companion in companions]
    return sorted(found, key=lambda row: (-row.stories.number, row.topic.folded_name))
