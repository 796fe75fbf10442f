"""The page of one story."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from newsroom.http.languages import LanguageAlternate
from newsroom.page_cache.dependencies import NoDependencies, PageDependencies
from stories.documents.render import ExplainerFragments, QuestionLink
from stories.editions.models import Edition
from stories.editions.related import RelatedStories
from stories.public.pages.copies.documents import CopyLink, copies_of
from stories.public.pages.history.changes import Changes, changes_of
from stories.public.pages.lists.cards import Card, expire_at_midnight
from stories.public.pages.resolve import get_live_page
from stories.public.pages.works.citations import Citation, citations_of
from stories.public.pages.works.images import Figure
from stories.public.pages.works.links import DraftAddresses, Links, LiveQuestion
from stories.public.pages.works.live_data import LiveData, PageNeeds, overdue_check_date
from stories.public.pages.works.neighbours import versions_of
from stories.public.pages.works.sections import (
    SectionShown,
    SourceShown,
    outlets_in,
    sections_shown,
    sources_of,
    texts_of,
)
from stories.public.pages.works.topic_popovers import PopoverInserter, TopicPopover
from stories.public.pages.works.topics import TopicShown


def related_story_uids(edition: Edition) -> list[UUID]:
    """Return the uids of the related stories, nearest first: annotated on the edition, or by one query for a draft."""
    if "leads_on_to" in vars(edition):
        return [UUID(uid) for uid in vars(edition)["leads_on_to"] or ()]
    return RelatedStories.objects.uids_related_to(edition.uid)


MOST_RELATED = 6


@dataclass(frozen=True, slots=True)
class QuestionTeaser:
    """A question as the story asks it; ``now`` is None while it is not live."""

    question: str
    teaser: str
    now: LiveQuestion | None


@dataclass(frozen=True, slots=True)
class ExplainerPage:
    """The content of a story's page at one time."""

    edition: Edition
    at: datetime
    headline: str
    summary_label: str
    summary_anchor: str
    summary_html: str
    byline: tuple[str, ...]
    lead: Figure | None
    parts: list[SectionShown]
    sources: list[SourceShown]
    changes: Changes | None
    deeper_heading: str
    questions: list[QuestionTeaser]
    questions_heading: str
    topics: list[TopicShown]
    topics_heading: str
    related: list[Card]
    method_html: str
    explained: list[TopicPopover]
    versions: list[LanguageAlternate]
    checked_on: date | None = None

    @classmethod
    def load(cls, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the story at this address, in at most six queries.

        ``dependencies`` records what it is built from. Raise as ``stories.public.pages.resolve.get_live_page`` does.
        """
        edition = get_live_page("story", slug, at=at, dependencies=dependencies)
        watch = dependencies or NoDependencies(at=at)
        page = cls.of(edition, ExplainerFragments.model_validate(edition.fragments), dependencies=watch)
        return replace(page, checked_on=overdue_check_date(edition, dependencies=watch))

    @classmethod
    def of(
        cls,
        edition: Edition,
        fragments: ExplainerFragments,
        *,
        dependencies: PageDependencies,
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Return the page of ``edition``, which may be unsaved, from ``fragments``, in the language of the edition.

        ``drafts`` makes it link to drafts of its questions and images, for a shared preview.
        """
        with translation.override(edition.language):
            others = related_story_uids(edition)
            around = LiveData.load_current(
                edition, _needs(fragments), dependencies=dependencies, others=others, most=MOST_RELATED, drafts=drafts
            )
            changes = changes_of(edition, around.neighbours.past, at=dependencies.at)
            dependencies.limit_validity(changes.next_correction_expires_at)
            related = around.neighbours.in_order(others)[:MOST_RELATED]
            expire_at_midnight(related, dependencies)
            return cls._of(
                edition,
                fragments,
                around,
                at=dependencies.at,
                changes=changes,
                related=[Card(story, "") for story in related],
                versions=versions_of(edition, around.neighbours),
            )

    @classmethod
    def as_printed(cls, edition: Edition, fragments: ExplainerFragments, *, seen: datetime, at: datetime) -> Self:
        """Return the page as it was while ``edition`` was live, until ``seen``, with the names and words of that time.

        Links lead to what is public at ``at``, the time of the request.
        """
        with translation.override(edition.language):
            around = LiveData.load_as_printed(_needs(fragments), seen=seen, at=at)
            return cls._of(edition, fragments, around, at=at, changes=None, related=[], versions=[])

    @classmethod
    def _of(
        cls,
        edition: Edition,
        fragments: ExplainerFragments,
        around: LiveData,
        *,
        at: datetime,
        changes: Changes | None,
        related: list[Card],
        versions: list[LanguageAlternate],
    ) -> Self:
        sources = sources_of(fragments.sources, around.outlets)
        happened = next((section for section in fragments.sections if section.kind == "happened"), None)
        summary = happened if fragments.happened_is_summary else None
        explaining = PopoverInserter.of(around.topics)
        summary_html = around.fill(summary.body_html if summary else fragments.standfirst_html)
        parts = sections_shown(fragments, sources=sources, outlets=around.outlets, fill=around.fill)
        byline = tuple(contributor.name for contributor in fragments.byline)
        return cls(
            edition=edition,
            at=at,
            headline=fragments.headline,
            summary_label=summary.heading if summary else "",
            summary_anchor=summary.anchor if summary else "standfirst",
            summary_html=explaining.add_buttons(summary_html) if summary else summary_html,
            byline=byline,
            lead=around.lead,
            parts=[replace(part, body_html=explaining.add_buttons(part.body_html)) for part in parts],
            sources=list(sources.values()),
            changes=changes,
            deeper_heading=fragments.deeper_heading,
            questions=[_asked(question, around.links, printed=changes is None) for question in fragments.questions],
            questions_heading=fragments.questions_heading,
            topics=around.topics,
            topics_heading=fragments.topics_heading,
            related=related,
            method_html=around.fill(fragments.method_html),
            explained=list(explaining.used.values()),
            versions=versions,
        )

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The table of contents: anchor and heading of each part."""
        own = [(part.anchor, part.heading) for part in self.parts]
        if self.summary_label:
            own.insert(0, (self.summary_anchor, self.summary_label))
        return own + [
            (anchor, words)
            for anchor, words, stands in (
                ("sources", gettext("Sources"), self.sources),
                ("changes", gettext("Changes to this page"), self.changes),
                ("questions", self.questions_heading, self.questions),
                ("topics", self.topics_heading, self.topics),
            )
            if stands
        ]

    @property
    def citations(self) -> list[Citation]:
        """Citations of the live page."""
        return citations_of(self.edition, self.byline, self.changes)

    @property
    def copies(self) -> list[CopyLink]:
        """The copies of the page as text and data."""
        return copies_of(self.edition, self.changes)

    @property
    def is_updated(self) -> bool:
        """Return whether the story was updated after its first publication."""
        return self.edition.updated_at > self.edition.first_published_at


def _needs(fragments: ExplainerFragments) -> PageNeeds:
    return PageNeeds(
        texts=tuple(texts_of(fragments)),
        outlets=tuple(outlets_in(fragments)),
        topics=fragments.topics,
        placed=tuple(fragments.pictures.values()),
        lead=fragments.lead_picture,
        questions=tuple(question.uid for question in fragments.questions),
    )


def _asked(question: QuestionLink, links: Links, *, printed: bool) -> QuestionTeaser:
    """Return the question as the story asks it; without a teaser it shows the live introduction, unless ``printed``."""
    now = links.questions.get(question.uid)
    introduction = now.introduction if now and not printed else ""
    return QuestionTeaser(question.question, question.teaser_words or introduction, now)
