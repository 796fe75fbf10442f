"""The public pages of topics: the list of topics, and the page of a topic with its stories and questions."""

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
from newsroom.entities.mentions import edition_manager, mention_branches, mention_relation
from newsroom.entities.merged import Families, Family
from newsroom.http.clock import start_of_next_year
from newsroom.page_cache.dependencies import (
    NAMES,
    QUESTIONS,
    SITE,
    STORIES,
    SUBJECTS,
    PageDependencies,
    list_key,
    page_key,
)
from newsroom.page_cache.responses import MovedError
from newsroom.page_cache.text_links import render_text
from newsroom.text.writing_systems import script_of
from topics.models import Topic, TopicKind


def record_dependencies(dependencies: PageDependencies | None, *names: str) -> None:
    """Record that a page depends on the page keys ``names``. If ``dependencies`` is None, do nothing.

    The page also depends on the names of topics and outlets, on the about pages and on the navigation. The page expires
    when the next scheduled edition starts, but no later than the end of the year, because dates in the current year are
    shown without the year.
    """
    if dependencies is None:
        return
    dependencies.read_versions((SITE, SUBJECTS, NAMES, *names))
    for (next_start,) in _NEXT_START(at=dependencies.at):
        dependencies.limit_validity(next_start)
    dependencies.limit_validity(start_of_next_year(dependencies.at))


def _find_next_start(at: datetime) -> QuerySet[Any, Any]:
    """Return a QuerySet with the start of the next scheduled edition, if any."""
    scheduled = edition_manager(Topic).filter(live_from__gt=at, live_until__gt=F("live_from")).order_by("live_from")
    first: QuerySet[Any, Any] = scheduled.values_list("live_from")[:1]
    return first


_NEXT_START = PreparedQuery(_find_next_start)


KINDS: dict[str, Promise] = {
    TopicKind.PERSON: _("People"),
    TopicKind.ORGANISATION: _("Organisations"),
    TopicKind.PLACE: _("Places"),
    TopicKind.EVENT: _("Events"),
    TopicKind.SUBJECT: _("Subjects"),
}
# A list with fewer topics of a kind has no letters.
MIN_FOR_LETTERS = 20
# The maximum number of topics of each kind on the page of all kinds, and of topics on the page of one kind.
MAX_OF_EACH_KIND = 60
MAX_OF_ONE_KIND = 200


@dataclass(frozen=True, slots=True)
class CountedTopic:
    """A topic and the number of live stories that name it. For a related topic, only the newest stories count."""

    topic: Topic
    stories: Count


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the index. ``url`` leads to its first topic, and ``anchor`` is the id of that topic in the list."""

    letter: str
    url: str
    anchor: str
    script: str


@dataclass(frozen=True, slots=True)
class KindSection:
    """The topics of one kind on the page, grouped by letter.

    ``letters`` contains every letter with a topic of the kind, or none where topics are few, and ``shown`` the letters on
    the page with their topics.
    ``next_url`` is the query string of the next page, or empty.
    """

    kind: str
    name: str
    letters: list[Letter]
    shown: list[tuple[Letter, list[CountedTopic]]]
    next_url: str


@dataclass(frozen=True, slots=True)
class TopicList:
    """The topics that live editions name. ``only`` is the name of the requested kind, or empty."""

    shelves: list[KindSection]
    only: str
    at: datetime

    @classmethod
    def load(cls, *, kind: str, start: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the first topics of every kind, or a page of the topics of ``kind`` from the name ``start`` on.

        Raise Http404 for an unknown kind.
        """
        if kind and kind not in KINDS:
            raise Http404
        record_dependencies(dependencies, STORIES, QUESTIONS)
        counter = MentionCounter("story", at)
        if kind:
            kinds, limit = [kind], MAX_OF_ONE_KIND
            alphabet = Alphabet(Topic.objects.public(at), kinds)
            topics = list(counter.annotate(alphabet.page(start=start, limit=limit)))
            first_topics = list(alphabet.first_of_each_letter())
        else:
            kinds, limit = list(KINDS), MAX_OF_EACH_KIND
            topics = _OF_EACH_KIND(at=at)
            first_topics = _FIRST_TOPICS(at=at)
        counts = counter.count(topics)
        shelves = [
            _build_section(
                kind_code,
                [topic for topic in topics if topic.kind == kind_code],
                [topic for topic in first_topics if topic.kind == kind_code],
                limit=limit,
                counts=counts,
                start=start,
            )
            for kind_code in kinds
        ]
        return cls([shelf for shelf in shelves if shelf.shown or shelf.letters], str(KINDS[kind]) if kind else "", at)


def _build_section(
    kind: str,
    topics: Sequence[Topic],
    first_topics: Sequence[Topic],
    *,
    limit: int,
    counts: Mapping[int, Count],
    start: str,
) -> KindSection:
    """Return the section for one kind. If there is a next page, ``topics`` contains ``limit + 1`` topics."""
    topics_on_page = {topic.pk for topic in topics[:limit]}
    letters: dict[str, Letter] = {}
    for first_topic in first_topics:
        name = letter_of(first_topic.folded_name)
        anchor = f"{kind}-{name.lower()}"
        url = (
            f"#{anchor}"
            if first_topic.pk in topics_on_page
            else f"{_build_query_string(kind, first_topic.folded_name)}#{anchor}"
        )
        letters.setdefault(name, Letter(name, url, anchor, script_of(first_topic.folded_name)))
    rows_by_letter: dict[str, list[CountedTopic]] = {}
    for topic in sorted(topics[:limit], key=lambda topic: sort_key(topic.folded_name)):
        rows_by_letter.setdefault(letter_of(topic.folded_name), []).append(CountedTopic(topic, counts[topic.pk]))
    return KindSection(
        kind,
        str(KINDS[kind]),
        list(letters.values()) if start or len(topics) >= MIN_FOR_LETTERS else [],
        [(letters[name], rows) for name, rows in rows_by_letter.items()],
        _build_query_string(kind, topics[limit].folded_name) if len(topics) > limit else "",
    )


def _build_query_string(kind: str, start: str) -> str:
    values = QueryDict(mutable=True)
    values["kind"], values["from"] = kind, start
    return f"?{values.urlencode()}"


def _list_each_kind(at: datetime) -> QuerySet[Topic]:
    alphabet = Alphabet(Topic.objects.public(at), list(KINDS))
    return MentionCounter("story", at).annotate(alphabet.page(start="", limit=MAX_OF_EACH_KIND))


def _find_first_topics(at: datetime) -> QuerySet[Topic]:
    return Alphabet(Topic.objects.public(at), list(KINDS)).first_of_each_letter()


_OF_EACH_KIND, _FIRST_TOPICS = PreparedQuery(_list_each_kind), PreparedQuery(_find_first_topics)


STORIES_ON_A_PAGE = 20
MAX_QUESTIONS = 10
MAX_RELATED_TOPICS = 6
# The maximum number of newest stories in which related topics are counted.
STORIES_COUNTED = 100


@dataclass(frozen=True, slots=True)
class StoryItem:
    """A story in the list of a topic. Its card has no ``topic`` above the title, because all are about the same one."""

    edition: Model
    topic: str = ""


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question in the list of a topic.

    ``as_of`` is the latest as-of date of its answers or, if none has one, the day of its last update.
    """

    edition: Model
    as_of: date


@dataclass(frozen=True, slots=True)
class TopicPage:
    """The content of a topic's page at a given time."""

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
        """The maximum number of newest stories in which related topics are counted."""
        return STORIES_COUNTED

    @property
    def kinds(self) -> str:
        """The name of the topic's kind in the plural."""
        return str(KINDS[self.topic.kind])

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the topic at this address, with the stories that follow the cursor ``before`` in the list.

        ``dependencies`` records what the page is built from. Raise MovedError for a previous address or a merged topic,
        and Http404 if ``before`` is invalid or no live edition names the topic.
        """
        family = topic_family(slug, at=at, dependencies=dependencies)
        topic = family.thing
        if topic.slug != slug:
            raise MovedError(topic.get_absolute_url())
        story_page = _STORIES(before, keys=family.keys, at=at)
        questions = _QUESTIONS(keys=family.keys, at=at)
        is_all = story_page.is_first and story_page.next_cursor is None
        counts = {"story": Count(len(story_page.rows)), "question": Count(len(questions))}
        are_listed = {"story": is_all, "question": len(questions) <= MAX_QUESTIONS}
        longer = [kind for kind in counts if not are_listed[kind]]
        counts |= zip(longer, family.count_each(longer), strict=True)
        story_count = counts["story"]
        return cls(
            topic=topic,
            at=at,
            description_html=render_text(topic.description, anchor="topic", at=at, dependencies=dependencies),
            stories=[StoryItem(edition) for edition in story_page.rows],
            story_count=story_count,
            questions=[QuestionItem(edition, edition.as_of) for edition in questions[:MAX_QUESTIONS]],
            question_count=counts["question"],
            related_topics=_find_related_topics(
                family, is_all=story_count.is_all and story_count.number <= STORIES_COUNTED
            ),
            latest=story_page.rows[0].updated_at if story_page.is_first and story_page.rows else None,
            next_cursor=story_page.next_cursor,
            is_first=story_page.is_first,
        )


def topic_family(slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Family[Topic]:
    """Return the ``Family`` of the topic at a current or previous address. Follow merges.

    Raise Http404 unless a live edition names the topic.
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
        # The version of this image was not read before the rows. Without a version, the page is not stored.
        dependencies.record_versions({page_key("picture", family.thing.picture.uid): None})
    return family


def public_topic(slug: str, *, at: datetime) -> Topic:
    """Return the topic at this address. Follow merges. Raise Http404 unless a live edition names the topic."""
    return topic_family(slug, at=at).thing


def _find_related_topics(family: Family[Topic], *, is_all: bool) -> list[CountedTopic]:
    """Return the other topics that the newest stories about the topic name most often, in order of frequency.

    ``is_all`` says whether the newest stories are all the stories about it.
    """
    counted = _count_present_topics(family)
    counts = dict([(key, number) for key, number in counted if key != family.thing.pk][:MAX_RELATED_TOPICS])
    topics = _TOPICS(keys=set(counts))
    rows = [CountedTopic(topic, Count(counts[topic.pk], is_all)) for topic in topics]
    return sorted(rows, key=lambda row: (-row.stories.number, row.topic.folded_name))


def _count_present_topics(family: Family[Topic]) -> list[tuple[int, int]]:
    """Return what ``_count_topics`` returns, which less frequent topics may follow."""
    counted = _NAME_COUNTS(keys=family.keys, at=family.at)
    if any(merged_into for _, merged_into, _ in counted):
        # A story that names both a topic and one that was merged into it must count once.
        return _TOPIC_COUNTS(keys=family.keys, at=family.at)
    return sorted(((key, number) for key, _, number in counted), key=lambda each: (-each[1], each[0]))


# This app does not import the model of editions, whose manager and instances have no type here.
def _list_stories(keys: Collection[int], at: datetime) -> tuple[QuerySet[Any], list[QuerySet[Any, Any]]]:
    return edition_manager(Topic).for_cards(), mention_branches(Topic, keys, kind="story", at=at)


def _list_questions(keys: Collection[int], at: datetime) -> QuerySet[Any]:
    branches = mention_branches(Topic, keys, kind="question", at=at)
    editions: QuerySet[Any] = edition_manager(Topic).with_answer_days().for_cards()
    return select_newest(editions, limit=MAX_QUESTIONS + 1, branches=branches, key="edition")


def _list_names(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return the mentions of topics in the newest stories about a topic.

    ``keys`` are the keys of the topic and of the topics merged into it.
    """
    branches = mention_branches(Topic, keys, kind="story", at=at)
    stories = select_first(branches, order=("-updated_at", "-uid"), limit=STORIES_COUNTED, columns=("edition",))
    mentions: QuerySet[Any, Any] = mention_relation(Topic).related_model._default_manager.filter(edition__in=stories)
    return mentions.order_by()


def _count_names(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return pairs of the key of a topic that the newest stories name, and the number of these stories that name it."""
    counted = _list_names(keys, at).values("topic").annotate(number=CountOf("edition", distinct=True))
    numbers: QuerySet[Any, Any] = counted.values_list("topic", "number")
    return numbers


def _count_topics(keys: Collection[int], at: datetime) -> QuerySet[Any, Any]:
    """Return the most frequent topics in the newest stories, as pairs of a topic's key and a number of stories.

    A topic that was merged counts as the one into which it was merged. The topic itself is among the results.
    """
    counted = (
        _list_names(keys, at)
        .values(present=Coalesce("topic__merged_into", "topic"))
        .annotate(number=CountOf("edition", distinct=True))
        .order_by("-number", "present")
    )
    most_frequent: QuerySet[Any, Any] = counted.values_list("present", "number")[: MAX_RELATED_TOPICS + 1]
    return most_frequent


TOPIC_FAMILIES = Families(lambda: Topic.objects.select_related("picture", "merged_into__picture"))
_STORIES = PreparedPagination(_list_stories, size=STORIES_ON_A_PAGE, key="edition")
_QUESTIONS, _TOPIC_COUNTS = PreparedQuery(_list_questions), PreparedQuery(_count_topics)
# Topics are joined after counting, so that each is read once instead of once for each mention.
WITH_REMAINING = """SELECT counted.topic, named.merged_into_id, counted.number
FROM ({}) AS counted JOIN topics_topic AS named ON named.id = counted.topic"""
_NAME_COUNTS = PreparedQuery(_count_names, around=WITH_REMAINING)
_TOPICS = PreparedQuery(lambda keys: Topic.objects.filter(pk__in=keys))
