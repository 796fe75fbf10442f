"""Fragments: frozen values that hold the rendered document. An edition stores them as JSON, and pages read them."""

import operator
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stories.documents import NamedContributor, NamedOutlet, PlacedPicture
from stories.documents.fields import FrozenModel
from stories.documents.schema import HAPPENED, AnswerState


class ImageFragment(PlacedPicture):
    """A placed image with its caption as HTML."""

    caption_html: str = ""


class SectionFragment(FrozenModel):
    """A section; ``sources`` are the numbers that readers see for its sources, in ascending order."""

    uid: UUID
    kind: str
    anchor: str
    heading: str
    body_html: str
    sources: tuple[int, ...] = ()


class PassageFragment(FrozenModel):
    """A passage; ``sources`` are the numbers that readers see for its sources, in ascending order."""

    uid: UUID
    body_html: str
    outlets: tuple[NamedOutlet, ...] = ()
    sources: tuple[int, ...] = ()


class FigureFragment(FrozenModel):
    """A figure; ``source`` is the number that readers see for its source, and ``citation_html`` is the citation.

    ``correction_html`` is the place of its corrections on a page; no edition stores it.
    """

    uid: UUID
    value: str
    counts: str = ""
    according_to: str = ""
    as_of: date | None = None
    source: int | None = None
    citation_html: str = ""
    correction_html: Annotated[str, Field(exclude_if=operator.not_)] = ""


class ForecastFragment(FrozenModel):
    """A forecast; ``source`` and ``outcome_source`` are the numbers that readers see for its sources.

    ``outcome_html`` ends with the citation of the source of the outcome.
    """

    uid: UUID
    speaker: str
    speaker_kind: str
    said_on: date | None = None
    source: int | None = None
    citation_html: str = ""
    quotation: str = ""
    expected: str = ""
    due_on: date | None = None
    chance: int | None = None
    low: str = ""
    high: str = ""
    unit: str = ""
    state: str = "open"
    outcome_html: str = ""
    outcome_source: int | None = None
    decided_on: date | None = None


class CellFragment(FrozenModel):
    """What an outlet says about a claim; ``source`` is the number that readers see for its source.

    ``group`` is the number of the group that gives this value, from 1, or 0 for an outlet that is silent or not clear.
    """

    outlet: NamedOutlet
    stance: str
    group: int
    value: str = ""
    low: str = ""
    high: str = ""
    approximate: bool = False
    when: str = ""
    source: int | None = None
    citation_html: str = ""
    quotation: str = ""
    attributed_to: str = ""
    as_of: date | None = None


class ClaimFragment(FrozenModel):
    """A point on which outlets are compared; ``difference`` is a code, and ``brief`` its line at the top of the page.

    ``values`` is the value, or the values on which the outlets disagree, as words.
    The cells are in the order of the page: group after group, the largest first, then those without a value.
    """

    uid: UUID
    claim: str
    kind: str
    difference: str
    brief: str
    values: str = ""
    unit: str = ""
    as_of: date | None = None
    note_html: str = ""
    cells: tuple[CellFragment, ...] = ()


class SourceFragment(FrozenModel):
    """An article in the list of sources.

    ``display`` is the number that readers see, and ``number`` is the number of the citation. ``back`` holds the ids of
    the places that mention the article.
    """

    display: int
    number: int
    article: UUID
    url: str
    title: str
    outlet: NamedOutlet
    published_on: date | None = None
    author: str = ""
    paywalled: bool = False
    back: tuple[str, ...] = ()


class QuestionLink(FrozenModel):
    """A question in a story. Without a teaser, the live story shows the summary of the question page."""

    uid: UUID
    question: str
    teaser_html: str = ""
    teaser_words: str = ""


class TopicMention(FrozenModel):
    """A topic in a work; ``topic`` is None for a proposed name."""

    topic: UUID | None
    name: str
    explain: bool = True
    description_html: str = ""
    description_words: str = ""


class _Fragments(FrozenModel):
    """Base class for the fragments of both kinds of document."""

    sources: tuple[SourceFragment, ...] = ()
    topics: tuple[TopicMention, ...] = ()
    pictures: Mapping[UUID, ImageFragment] = {}
    summary: str = ""
    word_count: int = 0


class ExplainerFragments(_Fragments):
    """A rendered story.

    ``happened_is_summary`` is true if *What's happened* is at the head of the page. Otherwise the standfirst is, and
    only then is it rendered as ``standfirst_html``; in editions of earlier releases, it always is.
    """

    headline: str
    standfirst_html: str = ""
    standfirst_words: str = ""
    lead_picture: ImageFragment | None = None
    byline: tuple[NamedContributor, ...] = ()
    sections: tuple[SectionFragment, ...] = ()
    passages: tuple[PassageFragment, ...] = ()
    figures: Annotated[tuple[FigureFragment, ...], Field(exclude_if=operator.not_)] = ()
    forecasts: Annotated[tuple[ForecastFragment, ...], Field(exclude_if=operator.not_)] = ()
    claims: Annotated[tuple[ClaimFragment, ...], Field(exclude_if=operator.not_)] = ()
    questions: tuple[QuestionLink, ...] = ()
    deeper_heading: str = ""
    questions_heading: str = ""
    topics_heading: str = ""
    method_html: str = ""
    happened_is_summary: bool = False

    @property
    def happened(self) -> SectionFragment | None:
        """The section at the head of the page, or None if the standfirst takes its place."""
        return next((each for each in self.sections if each.kind == HAPPENED.code and each.body_html), None)


class AnswerFragment(FrozenModel):
    """An answer; ``as_of`` is the day as of which it is true, and ``expires_on`` the last day on which it is valid."""

    uid: UUID
    anchor: str
    question: str
    body_html: str
    as_of: date | None = None
    sources: tuple[int, ...] = ()
    state: Annotated[AnswerState, Field(exclude_if=operator.not_)] = ""
    expires_on: Annotated[date | None, Field(exclude_if=operator.not_)] = None


class QuestionFragments(_Fragments):
    """A rendered question page. ``missing_html`` is what would answer the question."""

    question: str
    # Left out while there is no short answer, so that rendering an older edition again does not change it. The same
    # holds for the state of a question and for the figures of a story.
    short_answer_html: Annotated[str, Field(exclude_if=operator.not_)] = ""
    short_answer_as_of: Annotated[date | None, Field(exclude_if=operator.not_)] = None
    short_answer_expires_on: Annotated[date | None, Field(exclude_if=operator.not_)] = None
    state: Annotated[AnswerState, Field(exclude_if=operator.not_)] = ""
    open_since: Annotated[date | None, Field(exclude_if=operator.not_)] = None
    missing_html: Annotated[str, Field(exclude_if=operator.not_)] = ""
    could_answer: Annotated[str, Field(exclude_if=operator.not_)] = ""
    introduction_html: str = ""
    # Editions of earlier releases store it. Nothing reads it, and it is no longer written.
    introduction_words: Annotated[str, Field(exclude=True)] = ""
    answers: tuple[AnswerFragment, ...] = ()
