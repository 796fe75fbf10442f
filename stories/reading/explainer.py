"""The page of one story."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext

from stories.models.edition import Edition, EditionTopic
from stories.reading.addresses import standing_at
from stories.reading.cards import Card, live_stories, story_cards
from stories.reading.changes import changes_of
from stories.reading.links import Links, QuestionNow
from stories.reading.marks import fill, targets_in
from stories.reading.outlets import outlets_of
from stories.reading.parts import Part, SourceShown, parts_of, sources_of, texts_of, uids_of
from stories.reading.pictures import Figure, figures_of, printed
from stories.reading.topics_named import TopicShown, topics_shown
from stories.rendering import ExplainerFragments, QuestionLink

MOST_RELATED = 3


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A common question as the story asks it; ``now`` is None while it cannot be read."""

    question: str
    teaser: str
    now: QuestionNow | None


@dataclass(frozen=True, slots=True)
class ExplainerPage:
    """Everything the page of one story shows at one moment."""

    edition: Edition
    at: datetime
    headline: str
    summary_label: str
    summary_anchor: str
    summary_html: str
    byline: tuple[str, ...]
    lead: Figure | None
    parts: list[Part]
    sources: list[SourceShown]
    changes: list[Edition]
    questions: list[QuestionAsked]
    questions_heading: str
    topics: list[TopicShown]
    topics_heading: str
    related: list[Card]
    method_html: str

    @classmethod
    def load(cls, slug: str, *, at: datetime) -> Self:
        """Return the page of the story at this address, in nine queries at most.

        Raises as ``stories.reading.addresses.standing_at`` does.
        """
        edition = standing_at("story", slug, at=at)
        return cls.of(edition, ExplainerFragments.model_validate(edition.fragments), at=at)

    @classmethod
    def of(cls, edition: Edition, fragments: ExplainerFragments, *, at: datetime) -> Self:
        """Return the page of ``edition``, stored or not, as ``fragments`` say it, in its own language."""
        with translation.override(edition.language):
            return cls._of(edition, fragments, at=at)

    @classmethod
    def _of(cls, edition: Edition, fragments: ExplainerFragments, *, at: datetime) -> Self:
        own_topics = [mention.topic for mention in fragments.topics if mention.topic]
        links = Links.load(
            targets_in(texts_of(fragments)),
            topics=own_topics,
            questions=[question.uid for question in fragments.questions],
            at=at,
        )
        lead = fragments.lead_picture
        today = timezone.localtime(at).date()
        caption = partial(fill, places=links.places, pictures={}, today=today)
        figures = figures_of([*fragments.pictures.values(), *([lead] if lead else [])], fill=caption)
        in_text = printed({uid: figure for uid, figure in figures.items() if uid in fragments.pictures})
        put = partial(fill, places=links.places, pictures=in_text, today=today)
        outlets = outlets_of(uids_of(fragments))
        sources = sources_of(fragments.sources, outlets)
        happened = next((section for section in fragments.sections if section.kind == "happened"), None)
        summary = happened if fragments.happened_is_summary else None
        topics = topics_shown(fragments.topics, links, at=at)
        return cls(
            edition=edition,
            at=at,
            headline=fragments.headline,
            summary_label=summary.heading if summary else "",
            summary_anchor=summary.anchor if summary else "",
            summary_html=put(summary.body_html if summary else fragments.standfirst_html),
            byline=tuple(contributor.name for contributor in fragments.byline),
            lead=figures.get(lead.uid) if lead else None,
            parts=parts_of(fragments, sources=sources, outlets=outlets, fill=put),
            sources=list(sources.values()),
            changes=changes_of(edition, at=at),
            questions=[_asked(question, links) for question in fragments.questions],
            questions_heading=fragments.questions_heading,
            topics=topics,
            topics_heading=fragments.topics_heading,
            related=_related(edition, [topic.pk for topic in topics if topic.pk], at=at),
            method_html=put(fragments.method_html),
        )

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The places of the page: anchor and words."""
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
    def is_updated(self) -> bool:
        """Say whether readers are told of an update after the first publication."""
        return self.edition.updated_at > self.edition.first_published_at


def _asked(question: QuestionLink, links: Links) -> QuestionAsked:
    now = links.questions.get(question.uid)
    return QuestionAsked(question.question, question.teaser_words or (now.introduction if now else ""), now)


def _related(edition: Edition, topics: list[int], *, at: datetime) -> list[Card]:
    """Return the stories that share most topics with this one, the newest first among equals."""
    shared = (
        EditionTopic.objects.filter(edition=OuterRef("pk"), topic__in=topics)
        .order_by()
        .values("edition")
        .annotate(number=Count("pk"))
        .values("number")
    )
    stories = live_stories(at).exclude(uid=edition.uid).annotate(shared=Subquery(shared)).filter(shared__gt=0)
    return story_cards(stories.order_by("-shared", "-updated_at", "-pk")[:MOST_RELATED])
