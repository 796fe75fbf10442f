"""What the pages of topics show. Stories are reached from the topic, never imported."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Count, F, Model, Q, QuerySet
from django.http import Http404

from newsroom.addresses.models import Address
from newsroom.pages.answering import MovedError
from newsroom.pages.paging import Place, cut
from newsroom.text.markdown import render
from topics.models import Topic, TopicKind

STORIES_ON_A_PAGE = 20
MOST_QUESTIONS = 10
MOST_COMPANIONS = 6


@dataclass(frozen=True, slots=True)
class TopicCounted:
    """A topic with the number of live stories that name it."""

    topic: Topic
    stories: int


@dataclass(frozen=True, slots=True)
class TopicList:
    """Every topic that a live edition names, by what it is and then by name."""

    kinds: list[tuple[str, list[TopicCounted]]]
    at: datetime

    @classmethod
    def load(cls, *, at: datetime) -> Self:
        """Return the topics. Two queries."""
        stories = Q(editions__live_from__lte=at, editions__live_until__gt=at, editions__edition__work_kind="story")
        numbers: Counter[int] = Counter()
        named = Topic.objects.filter(stories).annotate(number=Count("editions__edition", distinct=True))
        for pk, merged_into, number in named.values_list("pk", "merged_into", "number"):
            numbers[merged_into or pk] += number
        by_kind: dict[str, list[TopicCounted]] = {kind.value: [] for kind in TopicKind}
        for topic in Topic.objects.public(at).order_by("folded_name"):
            by_kind[topic.kind].append(TopicCounted(topic, numbers[topic.pk]))
        return cls([(str(TopicKind(kind).label), rows) for kind, rows in by_kind.items() if rows], at)


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

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime) -> Self:
        """Return the page of the topic at this address, in ten queries at most.

        Raises MovedError for a former address or a merged topic, Http404 unless a live edition names the topic.
        """
        topic = _find(slug, at=at)
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
            latest=stories.order_by("-updated_at").values_list("updated_at", flat=True).first(),
            earlier=found.earlier,
            is_first=found.is_first,
        )


def _asked(edition: Model) -> Asked:
    answers: list[dict[str, str | None]] = getattr(edition, "answers", None) or []
    days = [date.fromisoformat(day) for answer in answers if (day := answer.get("as_of"))]
    updated: datetime = getattr(edition, "updated_at")  # noqa: B009  # topics know no edition by type
    return Asked(edition, max(days, default=updated.date()))


def _find(slug: str, *, at: datetime) -> Topic:
    topics = Topic.objects.select_related("merged_into__picture", "picture")
    topic = topics.filter(slug=slug).first()
    if topic is None:
        uid = Address.objects.holder("topic", slug)
        topic = topics.filter(uid=uid).first() if uid else None
    if topic is None:
        raise Http404
    present = topic.merged_into or topic
    if not Topic.objects.public(at).filter(pk=present.pk).exists():
        raise Http404
    if present.slug != slug:
        raise MovedError(present.get_absolute_url())
    return present


def _naming(topic: Topic) -> QuerySet[Model]:
    """Return the rows by which editions name topics, whichever topic they name."""
    return topic.editions.model._default_manager.all()


def _editions(topic: Topic) -> QuerySet[Model]:
    """Return editions without what a list does not show."""
    model = topic.editions.model._meta.get_field("edition").related_model
    return model._default_manager.select_related("lead_image").defer("fragments", "search_text")


def _companions(live: QuerySet[Model], stories: QuerySet[Model], family: QuerySet[Topic]) -> list[TopicCounted]:
    """Return the topics that the same stories name, the most frequent first."""
    rows = (
        live.filter(edition__in=stories.values("pk"))
        .exclude(topic__in=family)
        .order_by()
        .values(present=F("topic"))
        .annotate(number=Count("edition", distinct=True))
        .order_by("-number", "present")[: 2 * MOST_COMPANIONS]
    )
    numbers = {row["present"]: row["number"] for row in rows}
    found: dict[int, TopicCounted] = {}
    for topic in Topic.objects.filter(pk__in=numbers).select_related("merged_into"):
        present = topic.merged_into or topic
        before = found[present.pk].stories if present.pk in found else 0
        found[present.pk] = TopicCounted(present, max(before, numbers[topic.pk]))
    ranked = sorted(found.values(), key=lambda row: (-row.stories, row.topic.folded_name))
    return ranked[:MOST_COMPANIONS]
