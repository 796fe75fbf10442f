"""The list of topics: by what they are, each kind from A to Z, with letters that lead to their places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.db.statements import Prepared
from newsroom.entities.alphabet import Alphabet, in_order, letter_of
from newsroom.entities.counts import Count, Counting
from newsroom.page_cache.dependencies import QUESTIONS, STORIES, Guard
from topics.models import Topic, TopicKind
from topics.reading.watching import watch

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
    stories: Count


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
    def load(cls, *, kind: str, start: str, at: datetime, guard: Guard | None = None) -> Self:
        """Return the topics of every kind, or those of ``kind`` from the name ``start`` on. Four queries at most, two more for ``guard``.

        Raises Http404 for a kind that there is not.
        """
        if kind and kind not in KINDS:
            raise Http404
        watch(guard, STORIES, QUESTIONS)
        counting = Counting("story", at)
        if kind:
            kinds, most = [kind], MOST_OF_ONE
            alphabet = Alphabet(Topic.objects.public(at), kinds)
            found = list(counting.added_to(alphabet.page(start=start, most=most)))
            firsts = list(alphabet.beginnings())
        else:
            kinds, most = list(KINDS), MOST_OF_EACH
            found = _OF_EACH_KIND(at=at)
            firsts = _BEGINNINGS(at=at)
        numbers = counting.of(found)
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
) -> Shelf:
    """Return the shelf of one kind; ``found`` holds one more topic than it may show where more follow."""
    here = {topic.pk for topic in found[:most]}
    letters: dict[str, Letter] = {}
    for first in firsts:
        name = letter_of(first.folded_name)
        anchor = f"{kind}-{name.lower()}"
        url = f"#{anchor}" if first.pk in here else f"{_from(kind, first.folded_name)}#{anchor}"
        letters.setdefault(name, Letter(name, url, anchor))
    shown: dict[str, list[TopicCounted]] = {}
    for topic in sorted(found[:most], key=lambda topic: in_order(topic.folded_name)):
        shown.setdefault(letter_of(topic.folded_name), []).append(TopicCounted(topic, numbers[topic.pk]))
    return Shelf(
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
    return Counting("story", at).added_to(alphabet.page(start="", most=MOST_OF_EACH))


def _beginnings(at: datetime) -> QuerySet[Topic]:
    return Alphabet(Topic.objects.public(at), list(KINDS)).beginnings()


_OF_EACH_KIND, _BEGINNINGS = Prepared(_of_each_kind), Prepared(_beginnings)
