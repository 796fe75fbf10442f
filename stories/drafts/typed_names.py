"""Look up the names typed into a form all at once, in a constant number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from newsroom.accounts.models import Contributor
from newsroom.entities.models import MAX_NAME_LENGTH
from newsroom.media.forms import find_images_by_name
from newsroom.media.models import Image
from newsroom.text.fold import fold
from stories.models import FAQ, Article, Outlet, Story, StoryQuestion, Work
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class TypedNames:
    """The names in the fields of a form that refer to something else."""

    outlets: Collection[str] = ()
    topics: Collection[str] = ()
    questions: Collection[str] = ()
    contributors: Collection[str] = ()
    pictures: Collection[str] = ()
    article_urls: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class FoundNames:
    """What was found, by the folded form of what was typed; articles are by URL, and images by what was typed.

    ``asked`` holds the questions of the story, by the uids of their rows. What is not found is only proposed.
    """

    outlets: Mapping[str, Outlet]
    topics: Mapping[str, Topic]
    questions: Mapping[str, FAQ]
    story_questions: Mapping[UUID, FAQ]
    contributors: Mapping[str, Contributor]
    pictures: Mapping[str, Image]
    articles: Mapping[str, Article]

    @classmethod
    def look_up(cls, typed: TypedNames, work: Work) -> Self:
        """Look up all names; ``work`` may be unsaved. Take at most nine queries."""
        asking = StoryQuestion.objects.filter(story=work.pk).select_related("faq") if _has_questions(work) else ()
        return cls(
            outlets=Outlet.objects.with_folded_aliases().by_names(_folded(typed.outlets)),
            topics=Topic.objects.by_names(_folded(typed.topics)),
            questions=_questions(typed.questions),
            story_questions={row.uid: row.faq for row in asking},
            contributors=_contributors(typed.contributors),
            pictures=find_images_by_name(typed.pictures),
            articles=_articles(typed.article_urls),
        )


def _has_questions(work: Work) -> bool:
    return isinstance(work, Story) and work.pk is not None


def _folded(names: Iterable[str]) -> set[str]:
    return {fold(name)[:MAX_NAME_LENGTH] for name in names} - {""}


def _questions(wordings: Iterable[str]) -> dict[str, FAQ]:
    wanted = {fold(words)[:300] for words in wordings} - {""}
    if not wanted:
        return {}
    rows = FAQ.objects.outside_trash().filter(folded_question__in=wanted).order_by("-pk")
    return {row.folded_question: row for row in rows}


def _contributors(names: Iterable[str]) -> dict[str, Contributor]:
    wanted = _folded(names)
    every = Contributor.objects.all() if wanted else ()
    return {folded: person for person in every if (folded := fold(person.name)[:MAX_NAME_LENGTH]) in wanted}


def _articles(addresses: Iterable[str]) -> dict[str, Article]:
    wanted = {address for address in addresses if address}
    rows = Article.objects.filter(url__in=wanted).select_related("outlet") if wanted else ()
    return {row.url: row for row in rows}
