"""The page of a story."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.http.languages import LanguageAlternate
from newsroom.page_cache.dependencies import NoDependencies, PageDependencies
from newsroom.text.join import join_list
from stories.documents.page_order import PARTS_AFTER_SECTIONS, PageGroup, group_of_kind
from stories.documents.render import ExplainerFragments, QuestionLink
from stories.editions.models import Edition
from stories.editions.related import RelatedStories
from stories.public.pages.copies.documents import CopyLink, list_copies
from stories.public.pages.history.changes import Changes, Stage, build_changes
from stories.public.pages.lists.cards import Card, expire_at_midnight
from stories.public.pages.resolve import get_live_page
from stories.public.pages.works.agreement import Agreement
from stories.public.pages.works.brief import BriefLine, list_brief_lines
from stories.public.pages.works.bylines import Author
from stories.public.pages.works.citations import Citation, build_citations
from stories.public.pages.works.contents import Contents, build_contents
from stories.public.pages.works.corrections import PlacedCorrections, find_correction_anchor
from stories.public.pages.works.forecasts import list_open_days
from stories.public.pages.works.images import Figure
from stories.public.pages.works.links import DraftAddresses, Links, LiveQuestion
from stories.public.pages.works.live_data import LiveData, PageNeeds, last_check_date, next_day_in
from stories.public.pages.works.markup.tally import add_tallies, render_cards
from stories.public.pages.works.neighbours import list_language_versions
from stories.public.pages.works.open_questions import OpenItem, list_open_items, show_live_states
from stories.public.pages.works.portraits import add_portraits
from stories.public.pages.works.sections import (
    RenderedSection,
    SourceEntry,
    build_source_entries,
    iter_story_texts,
    list_named_outlets,
    render_sections,
)
from stories.public.pages.works.topic_marks import TopicMarker
from stories.public.pages.works.topics import TopicCard, list_head_topics
from topics.models import TopicKind
from topics.navigation import load_navigation


def list_related_uids(edition: Edition) -> list[UUID]:
    """Return the uids of the related stories, most similar first.

    They are annotated on an edition from ``get_live_page``. For any other edition, this takes one query.
    """
    if "related_uids" in vars(edition):
        return [UUID(uid) for uid in vars(edition)["related_uids"] or ()]
    return RelatedStories.objects.uids_related_to(edition.uid)


MAX_RELATED = 6


@dataclass(frozen=True, slots=True)
class QuestionTeaser:
    """A question as the story asks it. ``now`` is None while the question's page is not live."""

    question: str
    teaser: str
    now: LiveQuestion | None


@dataclass(frozen=True, slots=True)
class ExplainerPage:
    """The content of a story's page at a given time."""

    edition: Edition
    at: datetime
    headline: str
    summary_label: str
    summary_anchor: str
    summary_html: str
    authors: tuple[Author, ...]
    lead: Figure | None
    parts: list[RenderedSection]
    open_items: list[OpenItem]
    sources: list[SourceEntry]
    changes: Changes | None
    corrections: list[Stage]
    placed: PlacedCorrections
    deeper_heading: str
    questions: list[QuestionTeaser]
    questions_heading: str
    topics: list[TopicCard]
    topics_heading: str
    related: list[Card]
    method_html: str
    versions: list[LanguageAlternate]
    checked_on: date | None = None
    sections: frozenset[int] = frozenset()

    @classmethod
    def load(cls, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the story at this address.

        This takes at most seven queries, and one more to record in ``dependencies`` what the page depends on. Raise the
        same exceptions as ``stories.public.pages.resolve.get_live_page``.
        """
        edition = get_live_page("story", slug, at=at, dependencies=dependencies)
        recorder = dependencies or NoDependencies(at=at)
        page = cls.from_fragments(edition, ExplainerFragments.model_validate(edition.fragments), dependencies=recorder)
        sections = load_navigation(recorder).list_sections(edition.language) if dependencies else frozenset()
        return replace(page, checked_on=last_check_date(edition, dependencies=recorder), sections=sections)

    @classmethod
    def from_fragments(
        cls,
        edition: Edition,
        fragments: ExplainerFragments,
        *,
        dependencies: PageDependencies,
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Build the page of ``edition``, which may be unsaved, from ``fragments``, in the language of the edition.

        For a shared preview, ``drafts`` holds the addresses of its questions and images within the preview.
        """
        with translation.override(edition.language):
            related_uids = list_related_uids(edition)
            live_data = LiveData.load_current(
                edition,
                _collect_needs(fragments),
                dependencies=dependencies,
                related_uids=related_uids,
                limit=MAX_RELATED,
                drafts=drafts,
            )
            changes = build_changes(edition, live_data.neighbours.past, at=dependencies.at)
            related = live_data.neighbours.in_order(related_uids)[:MAX_RELATED]
            expire_at_midnight(related, dependencies)
            next_day_in(list_open_days(fragments.forecasts), dependencies)
            return cls._build(
                edition,
                fragments,
                live_data,
                at=dependencies.at,
                seen_at=dependencies.at,
                changes=changes,
                corrections=changes.corrections,
                related=[Card(story, "") for story in related],
                versions=list_language_versions(edition, live_data.neighbours),
            )

    @classmethod
    def load_archived(
        cls,
        edition: Edition,
        fragments: ExplainerFragments,
        *,
        corrections: Sequence[Stage],
        last_seen_at: datetime,
        at: datetime,
    ) -> Self:
        """Build the page of ``edition`` with the names and wording that readers last saw, at ``last_seen_at``.

        ``corrections`` are those that the page then had, newest first. Links lead to pages that are public at ``at``,
        the time of the request.
        """
        with translation.override(edition.language):
            live_data = LiveData.load_archived(_collect_needs(fragments), last_seen_at=last_seen_at, at=at)
            return cls._build(
                edition,
                fragments,
                live_data,
                at=at,
                seen_at=last_seen_at,
                changes=None,
                corrections=corrections,
                related=[],
                versions=[],
            )

    @classmethod
    def _build(
        cls,
        edition: Edition,
        fragments: ExplainerFragments,
        live_data: LiveData,
        *,
        at: datetime,
        seen_at: datetime,
        changes: Changes | None,
        corrections: Sequence[Stage],
        related: list[Card],
        versions: list[LanguageAlternate],
    ) -> Self:
        sources = build_source_entries(fragments.sources, live_data.outlets)
        placed = PlacedCorrections.place(fragments, corrections, edition=edition, at=at)
        fragments = placed.mark(fragments)
        if live_data.shows_portraits:
            fragments = add_portraits(fragments, live_data.links.topics)
        fragments = show_live_states(fragments, {} if changes is None else live_data.links.questions)
        if changes is not None:
            fragments = add_tallies(fragments, live_data.outlets)
        summary = fragments.happened
        marker = TopicMarker.from_topics(live_data.topics)
        opening = summary.body_html if summary else placed.mark_opening(edition.uid, fragments.standfirst_html)[0]
        summary_html = live_data.fill(opening)
        parts = render_sections(
            fragments,
            sources=sources,
            outlets=live_data.outlets,
            fill=live_data.fill,
            at=at,
            today=timezone.localdate(seen_at),
        )
        return cls(
            edition=edition,
            at=at,
            headline=fragments.headline,
            summary_label=summary.heading if summary else "",
            summary_anchor=summary.anchor if summary else "standfirst",
            summary_html=marker.mark(summary_html) if summary else summary_html,
            authors=live_data.authors,
            lead=live_data.lead,
            parts=[part.with_marks(marker.mark) for part in parts],
            open_items=list(list_open_items(fragments, live_data.links.addresses)),
            sources=list(sources.values()),
            changes=changes,
            corrections=list(corrections),
            placed=placed,
            deeper_heading=fragments.deeper_heading,
            questions=[
                build_teaser(question, live_data.links, is_archived=changes is None) for question in fragments.questions
            ],
            questions_heading=fragments.questions_heading,
            topics=live_data.topics,
            topics_heading=fragments.topics_heading,
            related=related,
            method_html=live_data.fill(fragments.method_html),
            versions=versions,
        )

    @property
    def byline(self) -> tuple[str, ...]:
        """The names in the byline, as published."""
        return tuple(author.name for author in self.authors)

    @property
    def head_topics(self) -> list[TopicCard]:
        """The two topics above the headline: first a section in the navigation of the site or another subject."""
        return list_head_topics(self.topics, self.sections)[:2]

    @property
    def head_topic(self) -> str:
        """The name of the first topic above the headline, or ""."""
        return self.head_topics[0].name if self.head_topics else ""

    @property
    def section(self) -> str:
        """The name of the subject that serves as the section of the story, or ""."""
        return next((topic.name for topic in self.head_topics if topic.kind_code == TopicKind.SUBJECT), "")

    @property
    def agreement(self) -> Agreement | None:
        """What the outlets agree on and where they differ, or None for a story without points."""
        return next((part.agreement for part in self.parts if part.agreement), None)

    @property
    def claim_cards(self) -> SafeString:
        """The cards that the tallies on the page open."""
        texts = [self.summary_html, *(part.body_html for part in self.parts)]
        texts += [voice.body_html for part in self.parts if part.coverage for voice in part.coverage.voices]
        return render_cards(self.agreement, self.at, texts)

    @property
    def brief_lines(self) -> list[BriefLine]:
        """The lines below *What’s happened*, in the active language."""
        return list_brief_lines(self.parts, self.open_items)

    @property
    def story_parts(self) -> list[RenderedSection]:
        """The sections of the first group of the page."""
        return [part for part in self.parts if group_of_kind(part.kind) == PageGroup.STORY]

    @property
    def next_parts(self) -> list[RenderedSection]:
        """The sections of the second group of the page, which the questions follow."""
        return [part for part in self.parts if group_of_kind(part.kind) == PageGroup.WHAT_NEXT]

    @property
    def contents(self) -> Contents:
        """The table of contents: the group, anchor and heading of each part."""
        headings = {
            "questions": (self.questions_heading, self.questions),
            "sources": (gettext("Sources"), self.sources),
            "changes": (gettext("What changed on this page"), self.changes),
            "method": (gettext("How this page was made"), self.method_html),
        }
        return build_contents(
            [
                (PageGroup.STORY, self.summary_anchor, self.summary_label, self.summary_label),
                *((group_of_kind(part.kind), part.anchor, part.heading, True) for part in self.parts),
                *((group, anchor, *headings[anchor]) for anchor, group in PARTS_AFTER_SECTIONS.items()),
            ]
        )

    @property
    def method_in_numbers(self) -> str:
        """The parts of the last group with their numbers, such as “Sources (10), changes (5), method”."""
        changes = len(self.changes.announced) if self.changes else 0
        text = join_list(
            [
                gettext("sources (%(number)s)") % {"number": len(self.sources)} if self.sources else "",
                gettext("changes (%(number)s)") % {"number": changes} if changes else "",
                gettext("method") if self.method_html else "",
            ]
        )
        return text[:1].upper() + text[1:]

    @property
    def correction_anchor(self) -> str:
        """The id to which the link to the corrections leads: to the only one in place, or to the list of changes."""
        return find_correction_anchor(self.corrections, self.placed.html, has_changes=self.changes is not None)

    @property
    def citations(self) -> list[Citation]:
        """Citations of the page in common styles; empty for an old edition or a draft."""
        return build_citations(self.edition, self.byline, self.changes)

    @property
    def copies(self) -> list[CopyLink]:
        """Links to copies of the page as text and data; empty for an old edition or a draft."""
        return list_copies(self.edition, self.changes)

    @property
    def is_updated(self) -> bool:
        """Whether the story was updated after its first publication."""
        return self.edition.updated_at > self.edition.first_published_at


def _collect_needs(fragments: ExplainerFragments) -> PageNeeds:
    return PageNeeds(
        texts=tuple(iter_story_texts(fragments)),
        outlets=tuple(list_named_outlets(fragments)),
        topics=fragments.topics,
        placed_images=tuple(fragments.pictures.values()),
        lead_image=fragments.lead_picture,
        questions=tuple(question.uid for question in fragments.questions),
        byline=fragments.byline,
    )


def build_teaser(question: QuestionLink, links: Links, *, is_archived: bool) -> QuestionTeaser:
    """Return the question as the story asks it. Without a teaser, use the live summary, unless ``is_archived``."""
    now = links.questions.get(question.uid)
    summary = now.summary if now and not is_archived else ""
    return QuestionTeaser(question.question, question.teaser_words or summary, now)
