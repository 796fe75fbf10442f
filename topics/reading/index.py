"""The list of topics: by what they are, each kind from A to Z, with letters that lead to their places."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.names.letters import in_order, letter_of
from newsroom.text.folding import fold
from topics.models import Topic, TopicKind

KINDS: dict[str, Promise] = {
    TopicKind.PERSON: _("People"),
    TopicKind.ORGANISATION: _("Organisations"),
    TopicKind.PLACE: _("Places"),
    TopicKind.EVENT: _("Events"),
    TopicKind.SUBJECT: _("Subjects"),
}
# Of each kind where all stand on one page, and of the one kind that was asked for.
MOST_OF_EACH = 60
MOST_OF_ONE = 200


@dataclass(frozen=True, slots=True)
class TopicCounted:
    """A topic with the number of live stories that name it."""

    topic: Topic
    stories: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the index: ``url`` leads to where its names begin; ``anchor`` is that place on the same page."""

    letter: str
    url: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The topics of one kind as far as the page shows them, by letter; ``following`` leads on, or is empty."""

    kind: str
    name: str
    letters: list[Letter]
    shown: list[tuple[Letter, list[TopicCounted]]]
    following: str


@dataclass(frozen=True, slots=True)
class TopicList:
    """The topics that live editions name; ``only`` is the name of the one kind that was asked for, or empty."""

    shelves: list[Shelf]
    only: str
    at: datetime

    @classmethod
    def load(cls, *, kind: str, start: str, at: datetime) -> Self:
        """Return the topics of every kind, or those of ``kind`` from the name ``start`` on. Two queries.

        Raises Http404 for a kind that there is not.
        """
        if kind and kind not in KINDS:
            raise Http404
        most = MOST_OF_ONE if kind else MOST_OF_EACH
        public = Topic.objects.public(at).only("kind", "name", "folded_name", "slug")
        by_kind: dict[str, list[Topic]] = {each: [] for each in ([kind] if kind else KINDS)}
        for topic in public.filter(kind__in=by_kind):
            by_kind[topic.kind].append(topic)
        cuts: dict[str, tuple[list[Topic], list[Topic], str]] = {}
        for each, topics in by_kind.items():
            topics.sort(key=lambda topic: in_order(topic.folded_name))
            first = bisect_left(topics, in_order(fold(start)), key=lambda topic: in_order(topic.folded_name))
            first = first if kind and start else 0
            following = topics[first + most].folded_name if len(topics) > first + most else ""
            cuts[each] = (topics, topics[first : first + most], following)
        numbers = _stories_of([topic.pk for _, shown, _ in cuts.values() for topic in shown], at=at)
        shelves = [_shelf(each, *cut, numbers=numbers) for each, cut in cuts.items() if cut[0]]
        return cls(shelves, str(KINDS[kind]) if kind else "", at)


def _shelf(
    kind: str, topics: Sequence[Topic], shown: Sequence[Topic], following: str, *, numbers: Counter[int]
) -> Shelf:
    here = {topic.pk for topic in shown}
    letters: dict[str, Letter] = {}
    for name, group in groupby(topics, key=lambda topic: letter_of(topic.folded_name)):
        first, anchor = next(group), f"{kind}-{name.lower()}"
        url = f"#{anchor}" if first.pk in here else f"{_from(kind, first.folded_name)}#{anchor}"
        letters[name] = Letter(name, url, anchor)
    groups = groupby(shown, key=lambda topic: letter_of(topic.folded_name))
    return Shelf(
        kind,
        str(KINDS[kind]),
        list(letters.values()),
        [(letters[name], [TopicCounted(topic, numbers[topic.pk]) for topic in group]) for name, group in groups],
        _from(kind, following) if following else "",
    )


def _from(kind: str, start: str) -> str:
    values = QueryDict(mutable=True)
    values["kind"], values["from"] = kind, start
    return f"?{values.urlencode()}"


def _stories_of(topics: Collection[int], *, at: datetime) -> Counter[int]:
    """Return how many live stories name each of the topics, itself or through one merged into it. One query."""
    naming = Topic.objects.filter(
        editions__live_from__lte=at, editions__live_until__gt=at, editions__edition__work_kind="story"
    ).annotate(named=Coalesce("merged_into", "pk"))
    rows = naming.filter(named__in=topics).order_by().values("named")
    return Counter(dict(rows.annotate(number=Count("editions__edition", distinct=True)).values_list("named", "number")))
