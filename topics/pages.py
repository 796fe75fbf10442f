"""The public pages of topics: the list of all topics, and the page of one with its stories and questions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Count as CountOf
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.db.keyset import Cursor, PreparedPagination, select_first, select_newest
from newsroom.db.statements import PreparedQuery
from newsroom.entities.alphabet import Alphabet, letter_of, sort_key
from newsroom.entities.counts import Count, MentionCounter
from newsroom.entities.mentions import editions_of, mention_branches, mention_relation
from newsroom.entities.merged import Families, Family
from newsroom.http.clock import start_of_next_year
from newsroom.page_cache.dependencies import NAMES, QUESTIONS, SITE, STORIES, PageDependencies, list_key, page_key
from newsroom.page_cache.responses import MovedError
from newsroom.text.markdown import render
from topics.models import Topic, TopicKind


def record_dependencies(dependencies: PageDependencies | None, *names: str) -> None:
    """Record that a page depends on the page keys ``names``. Two queries, or none without ``dependencies``.

    It also depends on the names of topics and outlets and on the site. It expires when the next scheduled edition
    begins, and when the year ends, because dates leave out the current year.
    """
    if dependencies is None:
        return
    dependencies.read_versions((SITE, NAMES, *names))
    for (next_begin,) in _WAITING(at=dependencies.at):
        dependencies.limit_validity(next_begin)
    dependencies.limit_validity(start_of_next_year(dependencies.at))


def _waiting(at: datetime) -> QuerySet[Any, Any]:
    """Return the time at which the next scheduled edition begins."""
    waiting = editions_of(Topic).filter(live_from__gt=at, live_until__gt=F("live_from")).order_by("live_from")
    first: QuerySet[Any, Any] = waiting.values_list("live_from")[:1]
    return first


_WAITING = PreparedQuery(_waiting)


KINDS: dict[str, Promise] = {
    TopicKind.PERSON: _("People"),
    TopicKind.ORGANISATION: _("Organisations"),
    TopicKind.PLACE: _("Places"),
    TopicKind.EVENT: _("Events"),
    TopicKind.SUBJECT: _("Subjects"),
}
# The limits for each kind on the page of all kinds, and on the page of one kind.
MOST_OF_EACH = 60
MOST_OF_ONE = 200


@dataclass(frozen=True, slots=True)
class CountedTopic:
    """A topic with the number of live stories that mention it."""

    topic: Topic
    stories: Count


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the index: ``url`` leads to its first name; ``anchor`` is its place on the page with this name."""

    letter: str
    url: str
    anchor: str


@dataclass(frozen=True, slots=True)
class KindSection:
    """The topics of one kind that the page shows, by letter; ``following`` is the URL of the next page, or ""."""

    kind: str
    name: str
    letters: list[Letter]
    shown: list[tuple[Letter, list[CountedTopic]]]
    next_url: str


@dataclass(frozen=True, slots=True)
class TopicList:
    """The list of topics that live editions mention; ``only`` is the name of the requested kind, or ""."""

    shelves: list[KindSection]
    only: str
    at: datetime

    @classmethod
    def load(cls, *, kind: str, start: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the topics of every kind, or those of ``kind`` from the name ``start`` on.

        Raise Http404 for an unknown kind. Four queries at most, two more with ``dependencies``.
        """
        if kind and kind not in KINDS:
            raise Http404
        record_dependencies(dependencies, STORIES, QUESTIONS)
        counting = MentionCounter("story", at)
        if kind:
            kinds, most = [kind], MOST_OF_ONE
            alphabet = Alphabet(Topic.objects.public(at), kinds)
            found = list(counting.annotate(alphabet.page(start=start, limit=most)))
            firsts = list(alphabet.first_of_each_letter())
        else:
            kinds, most = list(KINDS), MOST_OF_EACH
            found = _OF_EACH_KIND(at=at)
            firsts = _BEGINNINGS(at=at)
        numbers = counting.count(found)
        shelves = [
            _shelf(
                each,
                [topic for topic in found if topic.kind == each],
                [topic for topic in firsts if topic.kind == each],
                most=most,
                numbers=numbers,
            )
            for each in kinds
        ]
        return cls([shelf for shelf in shelves if shelf.letters], str(KINDS[kind]) if kind else "", at)


def _shelf(
    kind: str, found: Sequence[Topic], firsts: Sequence[Topic], *, most: int, numbers: Mapping[int, Count]
) -> KindSection:
    """Return the shelf of one kind; ``found`` has one topic more than ``most`` if there are more."""
    here = {topic.pk for topic in found[:most]}
    letters: dict[str, Letter] = {}
    for first in firsts:
        name = letter_of(first.folded_name)
        anchor = f"{kind}-{name.lower()}"
        url = f"#{anchor}" if first.pk in here else f"{_from(kind, first.folded_name)}#{anchor}"
        letters.setdefault(name, Letter(name, url, anchor))
    shown: dict[str, list[CountedTopic]] = {}
    for topic in sorted(found[:most], key=lambda topic: sort_key(topic.folded_name)):
        shown.setdefault(letter_of(topic.folded_name), []).append(CountedTopic(topic, numbers[topic.pk]))
    return KindSection(
        kind,
        str(KINDS[kind]),
        list(letters.values()),
        [(letters[name], rows) for name, rows in shown.items()],
        _from(kind, found[most].folded_name) if len(found) > most else "",
    )


def _from(kind: str, start: str) -> str:
    values = QueryDict(mutable=True)
    values["kind"], values["from"] = kind, start
    return f"?{values.urlencode()}"


def _of_each_kind(at: datetime) -> QuerySet[Topic]:
    alphabet = Alphabet(Topic.objects.public(at), list(KINDS))
    return MentionCounter("story", at).annotate(alphabet.page(start="", limit=MOST_OF_EACH))


def _beginnings(at: datetime) -> QuerySet[Topic]:
    return Alphabet(Topic.objects.public(at), list(KINDS)).first_of_each_letter()


_OF_EACH_KIND, _BEGINNINGS = PreparedQuery(_of_each_kind), PreparedQuery(_beginnings)


STORIES_ON_A_PAGE = 20
MOST_QUESTIONS = 10
MOST_COMPANIONS = 6
# The number of newest stories among which companions are counted.
COMPANIONS_OF = 100


@dataclass(frozen=True, slots=True)
class StoryItem:
    """A story in the list of a topic."""

    edition: Model


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question in the list of a topic, with the newest day on which one of its answers was true."""

    edition: Model
    as_of: date


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Everything that the page of a topic shows at one moment."""

    topic: Topic
    at: datetime
    description_html: str
    stories: list[StoryItem]
    story_count: Count
    questions: list[QuestionItem]
    question_count: Count
    related_topics: list[CountedTopic]
    latest: datetime | None
    next_cursor: Cursor | None
    is_first: bool

    @property
    def related_among(self) -> int:
        """The number of newest stories among which companions are counted if there are more."""
        return COMPANIONS_OF

    @property
    def kinds(self) -> str:
        """The plural name of the topic's kind."""
        return str(KINDS[self.topic.kind])

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the topic at this address, in eleven queries at most.

        ``dependencies`` records what it is built from. Raise MovedError for a former address or a merged topic. Raise
        Http404 unless a live edition mentions the topic.
        """
        family = topic_family(slug, at=at, dependencies=dependencies)
        topic = family.thing
        if topic.slug != slug:
            raise MovedError(topic.get_absolute_url())
        found = _STORIES(before, keys=family.keys, at=at)
        asked = _QUESTIONS(keys=family.keys, at=at)
        is_all = found.is_first and found.next_cursor is None
        number = Count(len(found.rows)) if is_all else family.count("story")
        return cls(
            topic=topic,
            at=at,
            description_html=render(topic.description, numbers={}, anchor="topic", resolves_uids=False),
            stories=[StoryItem(edition) for edition in found.rows],
            story_count=number,
            questions=[_asked(edition) for edition in asked[:MOST_QUESTIONS]],
            question_count=Count(len(asked)) if len(asked) <= MOST_QUESTIONS else family.count("question"),
            related_topics=_companions(family, is_all=number.is_all and number.number <= COMPANIONS_OF),
            latest=_updated(found.rows[0]) if found.is_first and found.rows else None,
            next_cursor=found.next_cursor,
            is_first=found.is_first,
        )


def _asked(edition: Model) -> QuestionItem:
    answers: list[dict[str, str | None]] = getattr(edition, "answers", None) or []
    days = [date.fromisoformat(day) for answer in answers if (day := answer.get("as_of"))]
    return QuestionItem(edition, max(days, default=_updated(edition).date()))


def _updated(edition: Model) -> datetime:
    updated: datetime = getattr(edition, "updated_at")  # noqa: B009  # this app does not import the model
    return updated


def topic_family(slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Family[Topic]:
    """Return the family of the topic at a current or former address; a merged topic leads to the remaining one.

    Raise Http404 unless a live edition mentions it. Four queries at most, two more with ``dependencies``.
    """
    topic = TOPIC_FAMILIES.get_by_slug(slug, at=at) if "\x00" not in slug else None
    if topic is None:
        raise Http404
    pictures = [page_key("picture", topic.picture.uid)] if topic.picture else []
    record_dependencies(dependencies, page_key("topic", topic.uid), list_key("topic", topic.uid), *pictures)
    family = TOPIC_FAMILIES.family_of(topic, at=at)
    if not family.keys:
        raise Http404
    if dependencies and family.thing.picture and family.thing.picture_id != topic.picture_id:
        dependencies.record_versions(
            {page_key("picture", family.thing.picture.uid): None}
        )  # without a version, because it was not read before the rows: this page is not stored
    return family


def public_topic(slug: str, *, at: datetime) -> Topic:
    """Return the topic whose family ``topic_family`` returns."""
    return topic_family(slug, at=at).thing


def _companions(family: Family[Topic], *, is_all: bool) -> list[CountedTopic]:
    """Return the topics that the newest of the same stories mention, the most frequent first. Two queries.

    ``is_all`` is whether there are no more stories.
    """
    named = [(key, number) for key, number in _NAMED_MOST(keys=family.keys, at=family.at) if key != family.thing.pk]
    numbers = dict(named[:MOST_COMPANIONS])
    companions = _THESE(keys=set(numbers))
    found = [CountedTopic(companion, Count(numbers[companion.pk], is_all)) for companion in companions]
    return sorted(found, key=lambda row: (-row.stories.number, row.topic.folded_name))


def _editions() -> QuerySet[Model]:
    """Return editions with the columns that a list shows."""
    shown: QuerySet[Model] = editions_of(Topic).select_related("lead_image").defer("fragments")
    return shown


def _stories(keys: Collection[int], at: datetime) -> tuple[QuerySet[Model], list[QuerySet[Any, Any]]]:
    return _editions(), mention_branches(Topic, keys, kind="story", at=at)


def _questions(keys: Collection[int], at: datetime) -> QuerySet[Model]:
    walks = mention_branches(Topic, keys, kind="question", at=at)
    answered = _editions().annotate(answers=F("fragments__answers"))
    return select_newest(answered, limit=MOST_QUESTIONS + 1, branches=walks, key="edition")


def _named_most(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return the topics most mentioned in the newest of these stories, as pairs of key and number of stories.

    The topic itself is among them.
    """
    walks = mention_branches(Topic, keys, kind="story", at=at)
    stories = select_first(walks, order=("-updated_at", "-uid"), limit=COMPANIONS_OF, columns=("edition",))
    counted = (
        mention_relation(Topic)
        .related_model._default_manager.filter(edition__in=stories)
        .order_by()
        .values(present=Coalesce("topic__merged_into", "topic"))
        .annotate(number=CountOf("edition", distinct=True))
        .order_by("-number", "present")
    )
    most: QuerySet[Any, Any] = counted.values_list("present", "number")[: MOST_COMPANIONS + 1]
    return most


TOPIC_FAMILIES = Families(lambda: Topic.objects.select_related("picture", "merged_into__picture"))
_STORIES = PreparedPagination(_stories, size=STORIES_ON_A_PAGE, key="edition")
_QUESTIONS, _NAMED_MOST = PreparedQuery(_questions), PreparedQuery(_named_most)
_THESE = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys))
