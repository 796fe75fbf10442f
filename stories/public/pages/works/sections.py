"""The sections of a page with the sources that they cite, and the passages with their outlets."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.utils.translation import get_language, gettext, ngettext

from newsroom.text.small_numbers import format_number
from stories.documents import SECTION_KINDS, NamedOutlet
from stories.documents.headings import AGREEMENT, FIGURES, FORECASTS, usual_heading
from stories.documents.page_order import in_page_order
from stories.documents.render import (
    ExplainerFragments,
    FigureFragment,
    ForecastFragment,
    PassageFragment,
    QuestionFragments,
    SourceFragment,
)
from stories.documents.schema import FREE, PAPERS
from stories.public.pages.works.agreement import ANCHOR as AGREEMENT_ANCHOR
from stories.public.pages.works.agreement import Agreement, list_compared_outlets
from stories.public.pages.works.forecasts import RenderedForecast
from stories.public.pages.works.key_figures import RenderedFigure
from stories.public.pages.works.markup.forecasts import list_as_states
from stories.public.pages.works.markup.key_figures import list_as_terms
from stories.public.pages.works.outlets import Outlets, PrintedOutlet, list_printed_outlets

type Fill = Callable[[str], str]

FIGURES_ANCHOR = "id-figures"  # like the next ones
FORECASTS_ANCHOR = "id-forecasts"
PAPERS_ANCHOR = "id-papers"  # an anchor that is made from a heading never begins with “id-”
# The prefixes of citation anchors in texts that the page prints without citations. Backlinks to them would be broken.
_ANCHORS_NOT_PRINTED = ("cite-topic-", "cite-question-")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An article in the list of sources.

    ``number`` is the number that readers see. ``back`` holds the anchors of the citations of the article.
    """

    number: int
    title: str
    url: str
    outlet: PrintedOutlet
    published_on: date | None
    author: str
    paywalled: bool
    back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenderedPassage:
    """A passage of *What the papers say*. A passage without outlets is our own comparison of the reports."""

    outlets: tuple[PrintedOutlet, ...]
    body_html: str
    articles: tuple[SourceEntry, ...]

    @property
    def is_shared(self) -> bool:
        """Whether the passage names several outlets."""
        return len(self.outlets) > 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """The section *What the papers say*: the passages in order, with counts and dates for all of them together.

    ``sources`` is the number of sources of the page, to which ``articles`` of the passages belong.
    """

    voices: tuple[RenderedPassage, ...]
    outlets: int
    countries: int
    articles: int
    sources: int
    earliest: date | None
    latest: date | None

    @property
    def in_numbers(self) -> str:
        """The numbers of outlets, countries and articles, such as “Six outlets in three countries, nine articles”.

        If other parts of the page cite more articles, the list of sources is longer: “six of the ten sources”.
        """
        outlets = ngettext("{number} outlet", "{number} outlets", self.outlets).format(
            number=format_number(self.outlets)
        )
        text = outlets[:1].upper() + outlets[1:]
        if self.countries > 1:
            text = gettext("{outlets} in {number} countries").format(outlets=text, number=format_number(self.countries))
        if self.articles:
            number = format_number(self.articles)
            articles = ngettext("{number} article", "{number} articles", self.articles).format(number=number)
            if self.articles < self.sources:
                of_sources = ngettext("{number} of the {total} source", "{number} of the {total} sources", self.sources)
                articles = of_sources.format(number=number, total=format_number(self.sources))
            text = gettext("{outlets}, {articles}").format(outlets=text, articles=articles)
        return text


@dataclass(frozen=True, slots=True)
class RenderedSection:
    """A section of the page. *What the papers say* has ``coverage`` instead of a text.

    The HTML of *In figures* lists its ``figures``, and that of *What was expected* its ``forecasts``. *Where the papers
    agree and differ* has ``agreement``.
    """

    kind: str
    anchor: str
    heading: str
    body_html: str
    cited: tuple[SourceEntry, ...]
    coverage: Coverage | None = None
    figures: tuple[RenderedFigure, ...] = ()
    forecasts: tuple[RenderedForecast, ...] = ()
    agreement: Agreement | None = None

    def with_marks(self, mark: Fill) -> Self:
        """Return the section with its texts marked by ``mark``, in the order in which they are printed."""
        coverage = self.coverage
        if coverage:
            voices = (replace(voice, body_html=mark(voice.body_html)) for voice in coverage.voices)
            coverage = replace(coverage, voices=tuple(voices))
        return replace(self, body_html=mark(self.body_html), coverage=coverage)

    @property
    def fills_margin(self) -> bool:
        """Whether the margin shows dates or the states of questions, where other sections show their sources."""
        return self.kind == FORECASTS or SECTION_KINDS[self.kind].convention in ("timeline", "unknowns")


def build_source_entries(fragments: tuple[SourceFragment, ...], outlets: Outlets) -> dict[int, SourceEntry]:
    """Return the sources, keyed by the number that readers see, in the order of these numbers."""
    return {
        source.display: SourceEntry(
            number=source.display,
            title=source.title,
            url=source.url,
            outlet=list_printed_outlets((source.outlet,), outlets)[0],
            published_on=source.published_on,
            author=source.author,
            paywalled=source.paywalled,
            back=tuple(anchor for anchor in source.back if not anchor.startswith(_ANCHORS_NOT_PRINTED)),
        )
        for source in fragments
    }


def render_sections(
    fragments: ExplainerFragments,
    *,
    sources: Mapping[int, SourceEntry],
    outlets: Outlets,
    fill: Fill,
    at: datetime,
    today: date,
) -> list[RenderedSection]:
    """Return the sections that are not empty, in page order, without *What's happened*, which is at the head.

    If the story has passages but no section for them, that section is the last of the first group, so that no published
    text is lost. *Where the papers agree and differ* follows it. *In figures* ends the first group, and *What was
    expected* the next one. ``today`` is the day by which a forecast is past its day.
    """
    sections = []
    coverage = build_coverage(fragments.passages, sources=sources, outlets=outlets, fill=fill)
    agreement = _build_agreement(fragments, outlets=outlets, fill=fill)
    for section in fragments.sections:
        if section.kind == PAPERS.code:
            if coverage.voices:
                sections.append(RenderedSection(section.kind, section.anchor, section.heading, "", (), coverage))
            sections += agreement
        elif section != fragments.happened and section.body_html:
            cited = tuple(sources[number] for number in section.sources if number in sources)
            sections.append(
                RenderedSection(section.kind, section.anchor, section.heading, fill(section.body_html), cited)
            )
    if coverage.voices and not any(part.coverage for part in sections):
        sections.append(RenderedSection(PAPERS.code, PAPERS_ANCHOR, PAPERS.heading, "", (), coverage))
    if not any(section.kind == PAPERS.code for section in fragments.sections):
        sections += agreement
    if fragments.figures:
        sections.append(_render_figures(fragments.figures, fill=fill, at=at))
    if fragments.forecasts:
        sections.append(_render_forecasts(fragments.forecasts, fill=fill, at=at, today=today))
    return in_page_order(sections, kind=lambda section: section.kind)


def _build_agreement(fragments: ExplainerFragments, *, outlets: Outlets, fill: Fill) -> list[RenderedSection]:
    if not fragments.claims:
        return []
    heading = usual_heading(AGREEMENT, get_language() or "en")
    agreement = Agreement.build(fragments, outlets=outlets, fill=fill)
    return [RenderedSection(FREE.code, AGREEMENT_ANCHOR, heading, "", (), agreement=agreement)]


def _render_figures(fragments: tuple[FigureFragment, ...], *, fill: Fill, at: datetime) -> RenderedSection:
    figures = tuple(RenderedFigure.from_fragment(each, fill(each.citation_html)) for each in fragments)
    heading = usual_heading(FIGURES, get_language() or "en")
    html = list_as_terms(figures, at)
    return RenderedSection(FREE.code, FIGURES_ANCHOR, heading, html, (), figures=figures)


def _render_forecasts(
    fragments: tuple[ForecastFragment, ...], *, fill: Fill, at: datetime, today: date
) -> RenderedSection:
    forecasts = tuple(
        RenderedForecast.from_fragment(
            each, position, citation_html=fill(each.citation_html), outcome_html=fill(each.outcome_html), today=today
        )
        for position, each in enumerate(fragments, start=1)
    )
    heading = usual_heading(FORECASTS, get_language() or "en")
    html = list_as_states(forecasts, at)
    return RenderedSection(FORECASTS, FORECASTS_ANCHOR, heading, html, (), forecasts=forecasts)


def render_passages(
    passages: tuple[PassageFragment, ...], *, sources: Mapping[int, SourceEntry], outlets: Outlets, fill: Fill
) -> tuple[RenderedPassage, ...]:
    """Return the passages in order, each with the articles on which it is based."""
    return tuple(
        RenderedPassage(
            outlets=list_printed_outlets(passage.outlets, outlets),
            body_html=fill(passage.body_html),
            articles=tuple(sources[number] for number in passage.sources if number in sources),
        )
        for passage in passages
    )


def build_coverage(
    passages: tuple[PassageFragment, ...], *, sources: Mapping[int, SourceEntry], outlets: Outlets, fill: Fill
) -> Coverage:
    """Return the passages, with counts and dates for all of them together."""
    voices = render_passages(passages, sources=sources, outlets=outlets, fill=fill)
    cited_outlets = {outlet for voice in voices for outlet in voice.outlets}
    articles = {article for voice in voices for article in voice.articles}
    days = [article.published_on for article in articles if article.published_on]
    return Coverage(
        voices=voices,
        outlets=len(cited_outlets),
        countries=len({outlet.country for outlet in cited_outlets if outlet.country}),
        articles=len(articles),
        sources=len(sources),
        earliest=min(days, default=None),
        latest=max(days, default=None),
    )


def iter_story_texts(fragments: ExplainerFragments) -> Iterator[str]:
    """Yield every text of the story that its page prints as HTML."""
    if not fragments.happened:
        yield fragments.standfirst_html
    yield fragments.method_html
    yield from (section.body_html for section in fragments.sections)
    yield from (passage.body_html for passage in fragments.passages)
    yield from (forecast.outcome_html for forecast in fragments.forecasts)
    yield from (claim.note_html for claim in fragments.claims)
    yield from (picture.caption_html for picture in fragments.pictures.values())
    if fragments.lead_picture:
        yield fragments.lead_picture.caption_html


def iter_question_texts(fragments: QuestionFragments) -> Iterator[str]:
    """Yield every text of the question that its page prints as HTML."""
    yield fragments.missing_html
    yield fragments.short_answer_html
    yield fragments.introduction_html
    yield from (answer.body_html for answer in fragments.answers)
    yield from (picture.caption_html for picture in fragments.pictures.values())


def list_named_outlets(fragments: ExplainerFragments) -> list[NamedOutlet]:
    """Return the outlets of passages, claims and sources, under the names that are in the story."""
    return list_compared_outlets(fragments) + [source.outlet for source in fragments.sources]


def list_outlet_uids(fragments: ExplainerFragments) -> set[UUID]:
    """Return the uids of the outlets of passages, claims and sources."""
    return {outlet.uid for outlet in list_named_outlets(fragments) if outlet.uid}
