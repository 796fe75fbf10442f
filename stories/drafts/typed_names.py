"""Look up all names that are typed into a form, in a constant number of queries."""

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
    """The names in a form that refer to other rows."""

    outlets: Collection[str] = ()
    topics: Collection[str] = ()
    questions: Collection[str] = ()
    contributors: Collection[str] = ()
    pictures: Collection[str] = ()
    article_urls: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class FoundNames:
    """The rows that were found.

    Outlets, topics, questions and contributors are keyed by the folded form of the typed name, articles by URL, and
    images by the typed name. ``story_questions`` contains the questions that the story already asks, keyed by the uids
    of the StoryQuestion rows.
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
        """Look up all names; ``work`` may be unsaved. The number of queries does not depend on the number of names."""
        rows = StoryQuestion.objects.filter(story=work.pk).select_related("faq") if _is_saved_story(work) else ()
        return cls(
            outlets=Outlet.objects.with_folded_aliases().by_names(_fold_names(typed.outlets)),
            topics=Topic.objects.by_names(_fold_names(typed.topics)),
            questions=_find_questions(typed.questions),
            story_questions={row.uid: row.faq for row in rows},
            contributors=_find_contributors(typed.contributors),
            pictures=find_images_by_name(typed.pictures),
            articles=_find_articles(typed.article_urls),
        )


def _is_saved_story(work: Work) -> bool:
    return isinstance(work, Story) and work.pk is not None


def _fold_names(names: Iterable[str]) -> set[str]:
    return {fold(name)[:MAX_NAME_LENGTH] for name in names} - {""}


def _find_questions(wordings: Iterable[str]) -> dict[str, FAQ]:
    folded = {fold(wording)[:300] for wording in wordings} - {""}
    if not folded:
        return {}
    rows = FAQ.objects.outside_trash().filter(folded_question__in=folded).order_by("-pk")
    return {row.folded_question: row for row in rows}


def _find_contributors(names: Iterable[str]) -> dict[str, Contributor]:
    typed = _fold_names(names)
    contributors = Contributor.objects.all() if typed else ()
    return {folded: each for each in contributors if (folded := fold(each.name)[:MAX_NAME_LENGTH]) in typed}


def _find_articles(urls: Iterable[str]) -> dict[str, Article]:
    typed = {url for url in urls if url}
    rows = Article.objects.filter(url__in=typed).select_related("outlet") if typed else ()
    return {row.url: row for row in rows}
