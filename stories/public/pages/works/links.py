"""The present addresses of the live stories, live questions and public topics to which a page refers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils import timezone

from newsroom.db.statements import PreparedQuery
from newsroom.entities.mentions import live_mentions, newest_live_mention
from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies, list_key, page_key
from stories.documents.schema import AnswerState
from stories.editions.models import Edition
from stories.public.pages.works.neighbours import Neighbours
from stories.public.pages.works.placeholders import find_days, find_link_targets
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """The address, summary, newest as-of date and state of a question's live edition.

    ``valid_until`` is the last day before the question may have changed, or None.
    """

    url: str
    summary: str
    as_of: date
    state: AnswerState = ""
    open_since: date | None = None
    valid_until: date | None = None
    may_have_changed: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses for a page's placeholders, keyed by ``kind:uid``, and the topics and questions that were found."""

    addresses: dict[str, str]
    topics: dict[UUID, Topic]
    questions: dict[UUID, LiveQuestion]

    @classmethod
    def load(
        cls, targets: Collection[str], *, topics: Collection[UUID], questions: Collection[UUID], at: datetime
    ) -> Self:
        """Look up ``targets`` and the page's own ``topics`` and ``questions``, in at most two queries.

        The page's own topics count as public, because the page names them. Another topic is public only while a live
        edition names it. A merged topic has the address of the topic into which it was merged.
        """
        works = {uid for _, uid in select_works(targets)} | set(questions)
        live = Edition.objects.live(at).filter(uid__in=works).with_answer_days().with_question_states()
        return cls._build(live.defer("fragments"), targets, topics=topics, at=at)

    @classmethod
    def from_neighbours(
        cls, neighbours: Neighbours, targets: Collection[str], *, topics: Collection[UUID], at: datetime
    ) -> Self:
        """Look up ``targets`` as ``load`` does, but take the works from ``neighbours``.

        This takes at most one query, for the topics.
        """
        return cls._build(neighbours.live.values(), targets, topics=topics, at=at)

    @classmethod
    def _build(
        cls, editions: Iterable[Edition], targets: Collection[str], *, topics: Collection[UUID], at: datetime
    ) -> Self:
        uids_by_kind = _group_by_kind(targets)
        addresses: dict[str, str] = {}
        questions_found: dict[UUID, LiveQuestion] = {}
        today = timezone.localdate(at)
        for edition in editions:
            target = f"{edition.work_kind}:{edition.uid}"
            if target in targets:
                addresses[target] = edition.get_absolute_url()
            if edition.work_kind == "question":
                questions_found[edition.uid] = _describe_question(edition, today)
        topics_found: dict[UUID, Topic] = {}
        for topic in _load_topics(set(topics), uids_by_kind["topic"] - set(topics), at=at):
            topics_found[topic.uid] = topic.remaining
            addresses[f"topic:{topic.uid}"] = topics_found[topic.uid].get_absolute_url()
        return cls(addresses, topics_found, questions_found)

    def with_drafts(self, questions: Mapping[UUID, LiveQuestion]) -> Self:
        """Return the links with ``questions``, which are drafts, in place of live editions of the same questions."""
        drafts = {f"question:{uid}": question.url for uid, question in questions.items()}
        return replace(self, addresses=self.addresses | drafts, questions=self.questions | dict(questions))


def _describe_question(edition: Edition, today: date) -> LiveQuestion:
    """Return a live question, from an edition that was selected by ``with_answer_days`` and ``with_question_states``."""
    annotations = vars(edition)
    valid_until: date | None = annotations["valid_until"]
    return LiveQuestion(
        edition.get_absolute_url(),
        edition.summary,
        edition.as_of,
        state=annotations["question_state"] or "",
        open_since=annotations["open_since"],
        valid_until=valid_until,
        may_have_changed=valid_until is not None and valid_until < today,
    )


@dataclass(frozen=True, slots=True)
class DraftAddresses:
    """The addresses in a shared preview: the questions, keyed by uid, and the prefix of the addresses of all images."""

    questions: Mapping[UUID, LiveQuestion] = field(default_factory=dict)
    images_prefix: str = ""


def _load_topics(own: Collection[UUID], linked: Collection[UUID], *, at: datetime) -> list[Topic]:
    """Return the page's ``own`` topics, and the public ones among the ``linked`` topics, in at most one query."""
    if linked:
        public = Q(uid__in=own) | Q(_is_named_live(at), uid__in=linked)
        topics = Topic.objects.alias(leads_to=Coalesce("merged_into", "pk")).filter(public)
        return list(topics.select_related("picture", "merged_into__picture").order_by())
    return _OWN_TOPICS(uids=own) if own else []


_OWN_TOPICS = PreparedQuery(
    lambda uids: Topic.objects.filter(uid__in=uids).select_related("picture", "merged_into__picture").order_by()
)


def _is_named_live(at: datetime) -> IsNull:
    """Return the condition that a live edition names the topic in ``leads_to`` or a topic merged into it."""
    # A scalar subquery finds the newest row that names each topic. With a plain condition, the database may read all
    # rows.
    own = live_mentions(Topic, OuterRef("leads_to"), at=at).order_by("-live_from", "live_until").values("pk")
    merged = Topic.objects.filter(IsNull(newest_live_mention(Topic, at=at), False), merged_into=OuterRef("leads_to"))
    return IsNull(Coalesce(Subquery(own[:1]), Subquery(merged.order_by().values("pk")[:1])), False)


def select_works(targets: Collection[str]) -> set[tuple[str, UUID]]:
    """Return the kind and uid of the stories and questions among ``targets``."""
    uids_by_kind = _group_by_kind(targets)
    return {(kind, uid) for kind in ("story", "question") for uid in uids_by_kind[kind]}


def topic_page_keys(topics: Iterable[UUID]) -> Iterator[str]:
    """Yield the page keys that get new versions when the name, address or visibility of one of these topics changes."""
    for uid in topics:
        yield from (page_key("topic", uid), list_key("topic", uid))


def select_topics(targets: Collection[str]) -> set[UUID]:
    """Return the uids of the topics among ``targets``."""
    return _group_by_kind(targets)["topic"]


def _group_by_kind(targets: Collection[str]) -> dict[str, set[UUID]]:
    uids_by_kind: dict[str, set[UUID]] = {"story": set(), "question": set(), "topic": set()}
    for target in targets:
        kind, _, uid = target.partition(":")
        if kind in uids_by_kind:
            uids_by_kind[kind].add(UUID(uid))
    return uids_by_kind


def record_text_dependencies(
    dependencies: PageDependencies | None, texts: Iterable[str], *, keys: Iterable[str] = ()
) -> None:
    """Record the page keys of the links in ``texts`` and the page ``keys``.

    The page also expires on the day of the next dated entry in the texts.
    """
    if dependencies is None:
        return
    text_list = list(texts)
    targets = find_link_targets(text_list)
    topics = select_topics(targets)
    dependencies.read_versions(
        [
            *(page_key(kind, uid) for kind, uid in select_works(targets)),
            *(page_key("topic", uid) for uid in topics),
            *(list_key("topic", uid) for uid in topics),
            *keys,
        ]
    )
    today = timezone.localdate(dependencies.at)
    dependencies.limit_validity(min((start_of_day(day) for day in find_days(text_list) if day > today), default=None))
