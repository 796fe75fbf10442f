"""The list of open questions, oldest first, with those that were answered lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from newsroom.db.keyset import PAGE_SIZE, select_first
from newsroom.entities.counts import MAX_ON_OWN_PAGE, CappedCount, Count
from newsroom.http.languages import list_language, primary_subtag
from newsroom.page_cache.dependencies import QUESTIONS, STORIES, NoDependencies, PageDependencies
from stories.documents.schema import ANSWER_STATES
from stories.editions.models import Edition, EditionQuestion, EditionQuestionState, EditionTopic
from stories.editions.question_states import UNANSWERED, QuestionStateQuerySet
from stories.public.pages.works.live_data import next_day_in
from stories.public.pages.works.question import describe_state
from topics.models import Topic
from topics.pages import record_dependencies, topic_family

ANSWERED_FOR = timedelta(days=30)
MAX_ANSWERED = 20
MAX_IN_FEED = 40
MAX_TOPICS = 12
# The number of oldest questions whose topics are counted.
QUESTIONS_COUNTED = 100
_OLDEST_FIRST = ("open_since", "uid")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that is open or partly answered, with the newest story that asks it and the number of other stories."""

    edition: Edition
    state: str
    open_since: date | None
    asked_in: Edition | None
    more_stories: int

    @property
    def state_label(self) -> str:
        """The words for the state."""
        return str(ANSWER_STATES[self.state])


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question in its live edition, its present state, and when readers first saw it in this state."""

    edition: Edition
    state: str
    changed_at: datetime
    may_have_changed: bool

    @property
    def state_label(self) -> str:
        """The words for the state."""
        return describe_state(self.state, may_have_changed=self.may_have_changed)


@dataclass(frozen=True, slots=True)
class TopicOfQuestions:
    """A topic with the number of open questions about it."""

    slug: str
    name: str
    questions: int


@dataclass(frozen=True, slots=True)
class OpenQuestionCursor:
    """A position in the list: a day and a uid. Questions without a day come last."""

    open_since: date | None
    uid: UUID

    def __str__(self) -> str:
        return f"{self.open_since or ''}_{self.uid.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor that ``text`` represents. Raise Http404 if it does not represent one."""
        day, _, uid = text.partition("_")
        try:
            cursor = cls(date.fromisoformat(day) if day else None, UUID(uid))
        except ValueError as error:
            raise Http404 from error
        if str(cursor) != text:
            raise Http404
        return cursor


@dataclass(frozen=True, slots=True)
class OpenQuestionList:
    """A page of the list of open questions. The first one also has the questions that were answered lately.

    ``about`` is the topic to which the list is restricted, or None, and ``topics`` are the most frequent topics.
    """

    questions: list[OpenQuestion]
    answered: list[ChangedQuestion]
    about: Topic | None
    topics: list[TopicOfQuestions]
    next_cursor: OpenQuestionCursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, topic: str, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the list that starts at the cursor ``before``.

        If ``topic`` is not empty, the list contains only questions about the topic with this slug.

        This takes at most four queries, up to three more for the topic, and two more if ``dependencies`` is given.
        Raise Http404 if the cursor is invalid or if no live edition names the topic.
        """
        record_dependencies(dependencies, QUESTIONS, STORIES)
        recorder = dependencies or NoDependencies(at=at)
        family = topic_family(topic, at=at) if topic else None
        states = _in_active_language(EditionQuestionState.objects.all())
        states = _about(states, family.keys) if family else states
        branches = _split(states.live(at), before)
        rows = list(_select_oldest(branches, at=at))
        changes = [] if before else _find_answered(states, recorder)
        keys = {row.asked_in_edition for row in rows} | {row.live_edition for row in changes}
        editions = Edition.objects.filter(pk__in=keys - {None}).defer("fragments").with_question_states().in_bulk()
        return cls(
            [_build_question(row, editions) for row in rows[:PAGE_SIZE]],
            _build_changed(changes, editions, recorder),
            family.thing if family else None,
            [] if family else _find_frequent_topics(_split(states.live(at), "")),
            OpenQuestionCursor(rows[PAGE_SIZE - 1].open_since, rows[PAGE_SIZE - 1].uid)
            if len(rows) > PAGE_SIZE
            else None,
            not before,
            at,
        )


def list_changed_questions(*, dependencies: PageDependencies) -> list[ChangedQuestion]:
    """Return the questions in the active language whose state changed lately, newest change first, in two queries.

    Reading what the list depends on takes two more.
    """
    record_dependencies(dependencies, QUESTIONS)
    since = dependencies.at - ANSWERED_FOR
    states = _in_active_language(EditionQuestionState.objects.all())
    changes = list(states.changes(since=since, at=dependencies.at)[:MAX_IN_FEED])
    keys = [row.live_edition for row in changes]
    editions = Edition.objects.filter(pk__in=keys).defer("fragments").with_question_states().in_bulk()
    return _build_changed(changes, editions, dependencies)


def count_open_questions(*, at: datetime) -> Count:
    """Return the number of open questions in the active language, counted up to ``MAX_ON_OWN_PAGE``, in one query."""
    rows = _in_active_language(EditionQuestionState.objects.live(at).unanswered()).order_by()
    number = rows.values("pk")[: MAX_ON_OWN_PAGE + 1].count()
    return Count(min(number, MAX_ON_OWN_PAGE), number <= MAX_ON_OWN_PAGE)


def _in_active_language(states: QuestionStateQuerySet) -> QuestionStateQuerySet:
    """Return the states of questions in the lists of the active language.

    Lists in the site's first language also contain the questions in languages that have no lists.
    """
    first, *others = map(primary_subtag, settings.SITE_LANGUAGES)
    code = primary_subtag(list_language(get_language()))
    return states.filter(language=code) if code != first else states.exclude(language__in=set(others) - {first})


def _about(states: QuestionStateQuerySet, topics: Collection[int]) -> QuestionStateQuerySet:
    """Return the states of questions whose editions name one of the topics with these keys."""
    mentions = EditionTopic.objects.filter(edition=OuterRef("edition"), topic__in=topics).order_by()
    return states.filter(IsNull(Subquery(mentions.values("pk")[:1]), False))


def _split(states: QuestionStateQuerySet, before: str) -> list[QuestionStateQuerySet]:
    """Return the open questions after a cursor in branches, each in the order of an index: by state, with and without a day."""
    cursor = OpenQuestionCursor.parse(before) if before else None
    branches: list[QuestionStateQuerySet] = []
    for state in UNANSWERED:
        of_state = states.filter(state=state)
        without_day = of_state.filter(open_since=None)
        if cursor is None or cursor.open_since:
            dated = of_state.filter(open_since__isnull=False)
            after = (
                Q(TupleGreaterThan(Tuple(F("open_since"), F("uid")), (cursor.open_since, cursor.uid)))
                if cursor
                else Q()
            )
            branches += [dated.filter(after), without_day]
        else:
            branches.append(without_day.filter(uid__gt=cursor.uid))
    return branches


def _select_oldest(branches: list[QuestionStateQuerySet], *, at: datetime) -> QuerySet[Any, Any]:
    """Return the oldest questions of the branches, one more than a page has, with the stories that ask each."""
    asked = EditionQuestion.objects.filter(question_uid=OuterRef("uid"), live_from__lte=at, live_until__gt=at)
    newest = asked.order_by("-edition__updated_at", "-edition").values("edition")
    keys = select_first(branches, order=_OLDEST_FIRST, limit=PAGE_SIZE + 1)
    rows = EditionQuestionState.objects.filter(pk__in=keys).select_related("edition").defer("edition__fragments")
    asking = {"asked_in_edition": Subquery(newest[:1]), "asking_stories": CappedCount(newest[:MAX_ON_OWN_PAGE])}
    ordered: QuerySet[Any, Any] = rows.annotate(**asking).order_by(F("open_since").asc(nulls_last=True), "uid")
    return ordered[: PAGE_SIZE + 1]


def _build_question(row: Any, editions: dict[int, Edition]) -> OpenQuestion:
    asked_in = editions.get(row.asked_in_edition)
    return OpenQuestion(row.edition, row.state, row.open_since, asked_in, max(row.asking_stories - 1, 0))


def _find_answered(states: QuestionStateQuerySet, dependencies: PageDependencies) -> list[Any]:
    """Return the newest changes to *answered*."""
    since = dependencies.at - ANSWERED_FOR
    return list(states.changes(since=since, at=dependencies.at).filter(state="answered")[:MAX_ANSWERED])


def _build_changed(
    changes: list[Any], editions: dict[int, Edition], dependencies: PageDependencies
) -> list[ChangedQuestion]:
    """Return the changed questions. The page expires when the oldest change leaves it, and when an answer expires."""
    if changes:
        dependencies.limit_validity(changes[-1].live_from + ANSWERED_FOR)
    days: list[date | None] = [vars(editions[row.live_edition])["valid_until"] for row in changes]
    next_day_in(days, dependencies)
    today = timezone.localdate(dependencies.at)
    return [
        ChangedQuestion(
            editions[row.live_edition],
            row.state,
            row.live_from,
            may_have_changed=bool(day and day < today),
        )
        for row, day in zip(changes, days, strict=True)
    ]


def _find_frequent_topics(branches: list[QuestionStateQuerySet]) -> list[TopicOfQuestions]:
    """Return the most frequent topics of the oldest open questions, in one query."""
    oldest = select_first(branches, order=_OLDEST_FIRST, limit=QUESTIONS_COUNTED, columns=("edition",))
    rows = EditionTopic.objects.filter(edition__in=oldest).order_by()
    present = rows.values(
        slug=Coalesce("topic__merged_into__slug", "topic__slug"),
        name=Coalesce("topic__merged_into__name", "topic__name"),
    )
    counted = present.annotate(number=CountOf("edition", distinct=True)).order_by("-number", "name")[:MAX_TOPICS]
    return [TopicOfQuestions(row["slug"], row["name"], row["number"]) for row in counted]
