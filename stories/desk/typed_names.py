"""Finds what somebody typed by its name, for a whole form at once: in as many queries for one name as for a hundred."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import Self
from uuid import UUID

from django.db.models import Q

from newsroom.accounts.models import Contributor
from newsroom.media.choosing import pictures_named
from newsroom.media.models import Image
from newsroom.names.models import LONGEST_NAME, Named, NamedQuerySet
from newsroom.text.folding import fold
from stories.models import FAQ, Article, Outlet, Story, StoryQuestion, Work
from topics.models import Topic

# No database takes more than some ten thousands of values in one question.
_MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of a form that name something else."""

    outlets: Collection[str] = ()
    topics: Collection[str] = ()
    questions: Collection[str] = ()
    contributors: Collection[str] = ()
    pictures: Collection[str] = ()
    addresses: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What was found, by what was typed in its folded form; articles by address, pictures as they were typed.

    ``asked`` are the questions of the story, by the uid of their rows. What is not found is only proposed.
    """

    outlets: Mapping[str, Outlet]
    topics: Mapping[str, Topic]
    questions: Mapping[str, FAQ]
    asked: Mapping[UUID, FAQ]
    contributors: Mapping[str, Contributor]
    pictures: Mapping[str, Image]
    articles: Mapping[str, Article]

    @classmethod
    def of(cls, typed: Typed, work: Work) -> Self:
        """Look all of it up; ``work`` may be one that was never saved. Nine queries at most."""
        asking = StoryQuestion.objects.filter(story=work.pk).select_related("faq") if _has_questions(work) else ()
        return cls(
            outlets=_called(Outlet.objects.standing().with_folded_aliases(), typed.outlets),
            topics=_called(Topic.objects.standing(), typed.topics),
            questions=_questions(typed.questions),
            asked={row.uid: row.faq for row in asking},
            contributors=_contributors(typed.contributors),
            pictures=pictures_named(typed.pictures),
            articles=_articles(typed.addresses),
        )


def outlets_called(names: Iterable[str]) -> dict[str, Outlet]:
    """Return the outlets of these names or aliases, by the name as it was typed."""
    typed = list(names)
    known = _called(Outlet.objects.standing(), typed)
    return {name: known[folded] for name in typed if (folded := fold(name)[:LONGEST_NAME]) in known}


def _has_questions(work: Work) -> bool:
    return isinstance(work, Story) and work.pk is not None


def _folded(names: Iterable[str]) -> set[str]:
    return {fold(name)[:LONGEST_NAME] for name in names} - {""}


def _called[Thing: Named](standing: NamedQuerySet[Thing], names: Iterable[str]) -> dict[str, Thing]:
    called: dict[str, Thing] = {}
    for wanted in batched(_folded(names), _MOST_AT_ONCE):
        by_alias = dict(standing.filter(Q(aliases__folded__in=wanted)).values_list("aliases__folded", "pk"))
        found = {row.pk: row for row in standing.filter(Q(folded_name__in=wanted) | Q(pk__in=by_alias.values()))}
        called |= {folded: found[key] for folded, key in by_alias.items()}
        called |= {row.folded_name: row for row in found.values()}
    return called


def _questions(wordings: Iterable[str]) -> dict[str, FAQ]:
    wanted = {fold(words)[:300] for words in wordings} - {""}
    if not wanted:
        return {}
    rows = FAQ.objects.on_the_desk().filter(folded_question__in=wanted).order_by("-pk")
    return {row.folded_question: row for row in rows}


def _contributors(names: Iterable[str]) -> dict[str, Contributor]:
    wanted = _folded(names)
    every = Contributor.objects.all() if wanted else ()
    return {folded: person for person in every if (folded := fold(person.name)[:LONGEST_NAME]) in wanted}


def _articles(addresses: Iterable[str]) -> dict[str, Article]:
    wanted = {address for address in addresses if address}
    rows = Article.objects.filter(url__in=wanted).select_related("outlet") if wanted else ()
    return {row.url: row for row in rows}
