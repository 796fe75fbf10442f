"""The page of a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.db.models import F, Min, Q
from django.utils import timezone, translation
from django.utils.translation import pgettext

from newsroom.http.languages import LanguageAlternate
from newsroom.page_cache.dependencies import NoDependencies, PageDependencies, list_key
from stories.documents.as_shown import find_last_valid_day
from stories.documents.render import QuestionFragments
from stories.documents.schema import ANSWER_STATES, AnswerState
from stories.editions.models import Edition, EditionQuestion
from stories.public.pages.copies.documents import CopyLink, list_copies
from stories.public.pages.history.changes import Changes, Stage, build_changes
from stories.public.pages.lists.cards import Card, expire_at_midnight, listed_stories
from stories.public.pages.resolve import get_live_page
from stories.public.pages.works.citations import Citation, build_citations
from stories.public.pages.works.corrections import PlacedCorrections, find_correction_anchor
from stories.public.pages.works.links import DraftAddresses
from stories.public.pages.works.live_data import LiveData, PageNeeds, last_check_date, next_day_in
from stories.public.pages.works.neighbours import list_language_versions
from stories.public.pages.works.sections import SourceEntry, build_source_entries, iter_question_texts
from stories.public.pages.works.topic_marks import TopicMarker
from stories.public.pages.works.topics import TopicCard, list_head_topics
from topics.navigation import load_navigation

MAX_STORIES = 20


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    """An answer with its days. ``may_have_changed`` is true once it has expired."""

    anchor: str
    question: str
    body_html: str
    as_of: date | None
    state: AnswerState
    expires_on: date | None
    may_have_changed: bool

    @property
    def state_label(self) -> str:
        """The words for the state, or ""."""
        return str(ANSWER_STATES.get(self.state, ""))


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The content of a question's page at a given time.

    ``may_have_changed`` is true once the short answer, or every answer that expires, has expired. ``next_check`` is the
    next day on which an answer expires or the page should be checked again, or None. An old edition has none.
    """

    edition: Edition
    at: datetime
    question: str
    short_answer_html: str
    short_answer_as_of: date | None
    short_answer_expires_on: date | None
    short_answer_may_have_changed: bool
    may_have_changed: bool
    state: AnswerState
    open_since: date | None
    missing_html: str
    could_answer: str
    introduction_html: str
    answers: list[RenderedAnswer]
    as_of: date | None
    sources: list[SourceEntry]
    topics: list[TopicCard]
    stories: list[Card]
    changes: Changes | None
    corrections: list[Stage]
    placed: PlacedCorrections
    versions: list[LanguageAlternate]
    checked_on: date | None = None
    next_check: date | None = None
    sections: frozenset[int] = frozenset()

    @classmethod
    def load(cls, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the question at this address.

        This takes at most eight queries, and one more to record in ``dependencies`` what the page depends on. Raise the
        same exceptions as ``stories.public.pages.resolve.get_live_page``.
        """
        edition = get_live_page("question", slug, at=at, dependencies=dependencies)
        recorder = dependencies or NoDependencies(at=at)
        page = cls.from_fragments(edition, QuestionFragments.model_validate(edition.fragments), dependencies=recorder)
        sections = load_navigation(recorder).list_sections(edition.language) if dependencies else frozenset()
        return replace(
            page,
            checked_on=last_check_date(edition, dependencies=recorder),
            next_check=next_day_in([page.next_check, getattr(edition, "review_by", None)], recorder),
            sections=sections,
        )

    @classmethod
    def from_fragments(
        cls,
        edition: Edition,
        fragments: QuestionFragments,
        *,
        dependencies: PageDependencies,
        drafts: DraftAddresses | None = None,
    ) -> Self:
        """Build the page of ``edition``, which may be unsaved, from ``fragments``, in the language of the edition.

        For a shared preview, ``drafts`` holds the addresses of its questions and images within the preview.
        """
        with translation.override(edition.language):
            list_keys = [list_key("question", edition.uid)]
            live_data = LiveData.load_current(
                edition, _collect_needs(fragments), dependencies=dependencies, list_keys=list_keys, drafts=drafts
            )
            changes = build_changes(edition, live_data.neighbours.past, at=dependencies.at)
            page = cls._build(
                edition,
                fragments,
                live_data,
                at=dependencies.at,
                seen_at=dependencies.at,
                changes=changes,
                corrections=changes.corrections,
                stories=_list_stories_with_question(edition, dependencies=dependencies),
                versions=list_language_versions(edition, live_data.neighbours),
            )
            expiry_days = [page.short_answer_expires_on, *(answer.expires_on for answer in page.answers)]
            return replace(page, next_check=next_day_in(expiry_days, dependencies))

    @classmethod
    def load_archived(
        cls,
        edition: Edition,
        fragments: QuestionFragments,
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
                stories=[],
                versions=[],
            )

    @classmethod
    def _build(
        cls,
        edition: Edition,
        fragments: QuestionFragments,
        live_data: LiveData,
        *,
        at: datetime,
        seen_at: datetime,
        changes: Changes | None,
        corrections: Sequence[Stage],
        stories: list[Card],
        versions: list[LanguageAlternate],
    ) -> Self:
        today = timezone.localdate(seen_at)
        expiry_days = (answer.expires_on for answer in fragments.answers)
        last_valid_day = find_last_valid_day(fragments.short_answer_expires_on, expiry_days)
        marker = TopicMarker.from_topics(live_data.topics)
        placed = PlacedCorrections.place(fragments, corrections, edition=edition, at=at)
        fragments = placed.mark(fragments)
        short_answer_html, introduction_html = placed.mark_opening(
            edition.uid, fragments.short_answer_html, fragments.introduction_html
        )
        return cls(
            edition=edition,
            at=at,
            question=fragments.question,
            short_answer_html=marker.mark(live_data.fill(short_answer_html)),
            short_answer_as_of=fragments.short_answer_as_of,
            short_answer_expires_on=fragments.short_answer_expires_on,
            short_answer_may_have_changed=_is_past(fragments.short_answer_expires_on, today),
            may_have_changed=_is_past(last_valid_day, today),
            state=fragments.state,
            open_since=fragments.open_since,
            missing_html=live_data.fill(fragments.missing_html),
            could_answer=fragments.could_answer,
            introduction_html=marker.mark(live_data.fill(introduction_html)),
            answers=[
                RenderedAnswer(
                    anchor=answer.anchor,
                    question=answer.question,
                    body_html=marker.mark(live_data.fill(answer.body_html)),
                    as_of=answer.as_of,
                    state=answer.state,
                    expires_on=answer.expires_on,
                    may_have_changed=_is_past(answer.expires_on, today),
                )
                for answer in fragments.answers
            ],
            as_of=max(
                filter(None, (fragments.short_answer_as_of, *(each.as_of for each in fragments.answers))), default=None
            ),
            sources=list(build_source_entries(fragments.sources, live_data.outlets).values()),
            topics=live_data.topics,
            stories=stories,
            changes=changes,
            corrections=list(corrections),
            placed=placed,
            versions=versions,
        )

    @property
    def state_label(self) -> str:
        """The words for the state of the question, or ""."""
        return describe_state(self.state, may_have_changed=self.may_have_changed)

    @property
    def correction_anchor(self) -> str:
        """The id to which the link to the corrections leads: to the only one in place, or to the list of changes."""
        return find_correction_anchor(self.corrections, self.placed.html, has_changes=self.changes is not None)

    @property
    def head_topics(self) -> list[TopicCard]:
        """The topic above the question, chosen as above the headline of a story."""
        return list_head_topics(self.topics, self.sections)[:1]

    @property
    def head_topic(self) -> str:
        """The name of the topic above the question, or ""."""
        return self.head_topics[0].name if self.head_topics else ""

    @property
    def asked_in(self) -> Card | None:
        """The newest story that asks the question."""
        return self.stories[0] if self.stories else None

    @property
    def more_stories(self) -> int:
        """The number of further stories that the page lists."""
        return max(len(self.stories) - 1, 0)

    @property
    def citations(self) -> list[Citation]:
        """Citations of the page in common styles; empty for an old edition or a draft."""
        return build_citations(self.edition, (), self.changes)

    @property
    def copies(self) -> list[CopyLink]:
        """Links to copies of the page as text and data; empty for an old edition or a draft."""
        return list_copies(self.edition, self.changes)


def describe_state(state: str, *, may_have_changed: bool) -> str:
    """Return the words for the state of a question, or "" if it has none."""
    if state == "answered" and may_have_changed:
        return pgettext("state of a question", "Answered, may have changed")
    return str(ANSWER_STATES.get(state, ""))


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day < today


def _collect_needs(fragments: QuestionFragments) -> PageNeeds:
    return PageNeeds(
        texts=tuple(iter_question_texts(fragments)),
        outlets=tuple(source.outlet for source in fragments.sources),
        topics=fragments.topics,
        placed_images=tuple(fragments.pictures.values()),
    )


def _list_stories_with_question(edition: Edition, *, dependencies: PageDependencies) -> list[Card]:
    """Return the newest stories that ask the question, from the list of the active language, in two queries.

    The caller must have added the key of this list to ``dependencies``. This function records the next times at which
    a story joins or leaves the list by time alone.
    """
    at = dependencies.at
    mentions = EditionQuestion.objects.filter(question_uid=edition.uid)
    spans = (
        mentions.filter(live_until__gt=at)
        .exclude(live_until=F("live_from"))
        .aggregate(
            next_start=Min("live_from", filter=Q(live_from__gt=at)),
            next_end=Min("live_until", filter=Q(live_from__lte=at)),
        )
    )
    dependencies.limit_validity(spans["next_start"])
    dependencies.limit_validity(spans["next_end"])
    stories = list(listed_stories(at).filter(pk__in=mentions.values("edition")).newest_first()[:MAX_STORIES])
    expire_at_midnight(stories, dependencies)
    return [Card(story, "") for story in stories]
