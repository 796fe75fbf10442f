"""The page of one question."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.db.models import F, Min, Q
from django.utils import translation

from newsroom.http.languages import LanguageAlternate
from newsroom.page_cache.dependencies import NoDependencies, PageDependencies, list_key
from stories.documents.render import QuestionFragments
from stories.editions.models import Edition, EditionQuestion
from stories.public.pages.copies.documents import CopyLink, copies_of
from stories.public.pages.history.changes import Changes, changes_of
from stories.public.pages.lists.cards import Card, expire_at_midnight, listed_stories
from stories.public.pages.resolve import get_live_page
from stories.public.pages.works.citations import Citation, citations_of
from stories.public.pages.works.links import DraftAddresses
from stories.public.pages.works.live_data import LiveData, PageNeeds, overdue_check_date
from stories.public.pages.works.neighbours import versions_of
from stories.public.pages.works.sections import SourceShown, question_texts_of, sources_of
from stories.public.pages.works.topics import TopicShown

MOST_STORIES = 20


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer, with the date that it is as of."""

    anchor: str
    question: str
    body_html: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The content of a question's page at one time."""

    edition: Edition
    at: datetime
    question: str
    introduction_html: str
    answers: list[AnswerShown]
    as_of: date | None
    sources: list[SourceShown]
    topics: list[TopicShown]
    stories: list[Card]
    changes: Changes | None
    versions: list[LanguageAlternate]
    checked_on: date | None = None

    @classmethod
    def load(cls, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the question at this address, in at most eight queries.

        ``dependencies`` records what it is built from. Raise as ``stories.public.pages.resolve.get_live_page`` does.
        """
        edition = get_live_page("question", slug, at=at, dependencies=dependencies)
        watch = dependencies or NoDependencies(at=at)
        page = cls.of(edition, QuestionFragments.model_validate(edition.fragments), dependencies=watch)
        return replace(page, checked_on=overdue_check_date(edition, dependencies=watch))

    @classmethod
    def of(
        cls,
        edition: Edition,
        fragments: QuestionFragments,
        *,
        dependencies: PageDependencies,
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Return the page of ``edition``, which may be unsaved, from ``fragments``, in the language of the edition.

        ``drafts`` makes it link to drafts of its questions and images, for a shared preview.
        """
        with translation.override(edition.language):
            asking = [list_key("question", edition.uid)]
            around = LiveData.load_current(
                edition, _needs(fragments), dependencies=dependencies, lists=asking, drafts=drafts
            )
            changes = changes_of(edition, around.neighbours.past, at=dependencies.at)
            dependencies.limit_validity(changes.next_correction_expires_at)
            return cls._of(
                edition,
                fragments,
                around,
                at=dependencies.at,
                changes=changes,
                stories=_asking(edition, dependencies=dependencies),
                versions=versions_of(edition, around.neighbours),
            )

    @classmethod
    def as_printed(cls, edition: Edition, fragments: QuestionFragments, *, seen: datetime, at: datetime) -> Self:
        """Return the page as it was while ``edition`` was live, until ``seen``, with the names and words of that time.

        Links lead to what is public at ``at``, the time of the request.
        """
        with translation.override(edition.language):
            around = LiveData.load_as_printed(_needs(fragments), seen=seen, at=at)
            return cls._of(edition, fragments, around, at=at, changes=None, stories=[], versions=[])

    @classmethod
    def _of(
        cls,
        edition: Edition,
        fragments: QuestionFragments,
        around: LiveData,
        *,
        at: datetime,
        changes: Changes | None,
        stories: list[Card],
        versions: list[LanguageAlternate],
    ) -> Self:
        return cls(
            edition=edition,
            at=at,
            question=fragments.question,
            introduction_html=around.fill(fragments.introduction_html),
            answers=[
                AnswerShown(answer.anchor, answer.question, around.fill(answer.body_html), answer.as_of)
                for answer in fragments.answers
            ],
            as_of=max((answer.as_of for answer in fragments.answers if answer.as_of), default=None),
            sources=list(sources_of(fragments.sources, around.outlets).values()),
            topics=around.topics,
            stories=stories,
            changes=changes,
            versions=versions,
        )

    @property
    def citations(self) -> list[Citation]:
        """Citations of the live page."""
        return citations_of(self.edition, (), self.changes)

    @property
    def copies(self) -> list[CopyLink]:
        """The copies of the page as text and data."""
        return copies_of(self.edition, self.changes)


def _needs(fragments: QuestionFragments) -> PageNeeds:
    return PageNeeds(
        texts=tuple(question_texts_of(fragments)),
        outlets=tuple(source.outlet for source in fragments.sources),
        topics=fragments.topics,
        placed=tuple(fragments.pictures.values()),
    )


def _asking(edition: Edition, *, dependencies: PageDependencies) -> list[Card]:
    """Return the live stories in the active language that ask the question, newest first. Two queries.

    ``dependencies`` already has the key of their list; record when a story joins or leaves it by time alone.
    """
    at = dependencies.at
    asking = EditionQuestion.objects.filter(question_uid=edition.uid)
    spans = (
        asking.filter(live_until__gt=at)
        .exclude(live_until=F("live_from"))
        .aggregate(
            coming=Min("live_from", filter=Q(live_from__gt=at)), going=Min("live_until", filter=Q(live_from__lte=at))
        )
    )
    dependencies.limit_validity(spans["coming"])
    dependencies.limit_validity(spans["going"])
    stories = list(listed_stories(at).filter(pk__in=asking.values("edition")).newest_first()[:MOST_STORIES])
    expire_at_midnight(stories, dependencies)
    return [Card(story, "") for story in stories]
