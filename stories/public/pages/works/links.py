"""Present addresses of what a page names: the live stories and questions, and the public topics."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils import timezone

from newsroom.db.statements import PreparedQuery
from newsroom.entities.mentions import live_mentions, newest_live_mention
from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies, list_key, page_key
from stories.editions.models import Edition
from stories.public.pages.works.neighbours import Neighbours
from stories.public.pages.works.placeholders import days_in, targets_in
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """The address, introduction and date of a question's live edition."""

    url: str
    introduction: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a page's placeholders by ``kind:uid``, with the topics and questions found."""

    addresses: dict[str, str]
    topics: dict[UUID, Topic]
    questions: dict[UUID, LiveQuestion]

    @classmethod
    def load(
        cls, targets: Collection[str], *, topics: Collection[UUID], questions: Collection[UUID], at: datetime
    ) -> Self:
        """Look up ``targets`` with the page's own ``topics`` and ``questions``, in two queries.

        The page's own topics are public because it names them. Another topic is public only while a live edition names
        it. A merged topic leads to the one into which it was merged.
        """
        works = {uid for _, uid in works_in(targets)} | set(questions)
        live = Edition.objects.live(at).filter(uid__in=works).annotate(answers=F("fragments__answers"))
        return cls._of(live.defer("fragments"), targets, topics=topics, at=at)

    @classmethod
    def among(cls, neighbours: Neighbours, targets: Collection[str], *, topics: Collection[UUID], at: datetime) -> Self:
        """Look up ``targets`` among the pages of ``neighbours``, as ``load`` does. One query, for the topics."""
        return cls._of(neighbours.live.values(), targets, topics=topics, at=at)

    @classmethod
    def _of(
        cls, editions: Iterable[Edition], targets: Collection[str], *, topics: Collection[UUID], at: datetime
    ) -> Self:
        wanted = _uids(targets)
        places: dict[str, str] = {}
        asked: dict[UUID, LiveQuestion] = {}
        for edition in editions:
            places[f"{edition.work_kind}:{edition.uid}"] = edition.get_absolute_url()
            if edition.work_kind == "question":
                asked[edition.uid] = LiveQuestion(edition.get_absolute_url(), edition.summary, newest_as_of(edition))
        found: dict[UUID, Topic] = {}
        for topic in _topics(set(topics), wanted["topic"] - set(topics), at=at):
            found[topic.uid] = topic.remaining
            places[f"topic:{topic.uid}"] = found[topic.uid].get_absolute_url()
        return cls(places, found, asked)

    def with_drafts(self, questions: Mapping[UUID, LiveQuestion]) -> Self:
        """Return the links with ``questions`` leading to their drafts, whether they are live or not."""
        drafts = {f"question:{uid}": question.url for uid, question in questions.items()}
        return replace(self, addresses=self.addresses | drafts, questions=self.questions | dict(questions))


@dataclass(frozen=True, slots=True)
class DraftAddresses:
    """Addresses in a shared preview: of ``questions`` by uid, and the prefix of all ``pictures``."""

    questions: Mapping[UUID, LiveQuestion] = field(default_factory=dict)
    images_prefix: str = ""


def newest_as_of(edition: Edition) -> date:
    """Return the newest date that an answer of the question is as of, or else the day of its update.

    ``edition`` must be annotated with ``answers`` from its fragments.
    """
    answers: list[dict[str, str | None]] = getattr(edition, "answers", None) or []
    days = [date.fromisoformat(day) for answer in answers if (day := answer.get("as_of"))]
    return max(days, default=edition.updated_at.date())


def _topics(own: Collection[UUID], foreign: Collection[UUID], *, at: datetime) -> list[Topic]:
    """Return the page's ``own`` topics, and those of the ``foreign`` ones that are public. One query, or none."""
    if foreign:
        public = Q(uid__in=own) | Q(_named(at), uid__in=foreign)
        known = Topic.objects.alias(leads_to=Coalesce("merged_into", "pk")).filter(public)
        return list(known.select_related("merged_into").order_by())
    return _OWN_TOPICS(uids=own) if own else []


_OWN_TOPICS = PreparedQuery(lambda uids: Topic.objects.filter(uid__in=uids).select_related("merged_into").order_by())


def _named(at: datetime) -> IsNull:
    """Return the condition that a live edition names the topic in ``leads_to``, or one merged into it."""
    # The newest row that names each topic, as a scalar subquery: otherwise the database may make a list of all.
    own = live_mentions(Topic, OuterRef("leads_to"), at=at).order_by("-live_from", "live_until").values("pk")
    joined = Topic.objects.filter(IsNull(newest_live_mention(Topic, at=at), False), merged_into=OuterRef("leads_to"))
    return IsNull(Coalesce(Subquery(own[:1]), Subquery(joined.order_by().values("pk")[:1])), False)


def works_in(targets: Collection[str]) -> set[tuple[str, UUID]]:
    """Return the kind and uid of the stories and questions among ``targets``."""
    wanted = _uids(targets)
    return {(kind, uid) for kind in ("story", "question") for uid in wanted[kind]}


def topic_page_keys(topics: Iterable[UUID]) -> Iterator[str]:
    """Yield the page keys on which the addresses and names of these topics depend, and whether they are public."""
    for uid in topics:
        yield from (page_key("topic", uid), list_key("topic", uid))


def topics_in(targets: Collection[str]) -> set[UUID]:
    """Return the uids of the topics among ``targets``."""
    return _uids(targets)["topic"]


def _uids(targets: Collection[str]) -> dict[str, set[UUID]]:
    wanted: dict[str, set[UUID]] = {"story": set(), "question": set(), "topic": set()}
    for target in targets:
        kind, _, uid = target.partition(":")
        if kind in wanted:
            wanted[kind].add(UUID(uid))
    return wanted


def record_text_dependencies(dependencies: PageDependencies | None, texts: Iterable[str]) -> None:
    """Record the pages to which the placeholders in ``texts`` lead, and the next date in them as an expiry."""
    if dependencies is None:
        return
    read = list(texts)
    targets = targets_in(read)
    topics = topics_in(targets)
    dependencies.read_versions(
        [
            *(page_key(kind, uid) for kind, uid in works_in(targets)),
            *(page_key("topic", uid) for uid in topics),
            *(list_key("topic", uid) for uid in topics),
        ]
    )
    today = timezone.localdate(dependencies.at)
    dependencies.limit_validity(min((start_of_day(day) for day in days_in(read) if day > today), default=None))
