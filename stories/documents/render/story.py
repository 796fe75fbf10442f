"""Render a story: its texts in reading order, with one numbering of sources for all of them."""

from uuid import UUID

from django.utils import translation

from newsroom.text import markdown
from newsroom.text.markdown import citation_id, render_citation
from newsroom.text.plain import plain_text, word_count
from stories.documents import SECTION_KINDS, Explainer, Forecast, Section
from stories.documents.page_order import PageGroup, group_sections
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.claims import number_marks, render_claim
from stories.documents.render.fragments import (
    ClaimFragment,
    ExplainerFragments,
    FigureFragment,
    ForecastFragment,
    PassageFragment,
    QuestionLink,
    SectionFragment,
)
from stories.documents.render.parts import Anchors, extract_opening, render_image, render_short_text, render_topics
from stories.documents.schema import HAPPENED, PAPERS

_FORECAST_FIELDS = {
    "uid", "speaker", "speaker_kind", "said_on", "quotation", "expected", "due_on", "chance", "low", "high", "unit",
    "state", "decided_on",
}  # fmt: skip


def render_explainer(document: Explainer) -> ExplainerFragments:
    """Return the fragments of a story, with dates and labels in the language of the document.

    Sources are numbered by first mention on the page: *What's happened* (or the standfirst in its place), lead image,
    sections in page order, captions, questions, topics, method note. The passages come at the position of the *papers*
    section or, without one, at the end of the first group of sections. The claims follow them. The figures end that
    group, and the forecasts the next one.
    """
    with translation.override(document.language):
        return _render(document)


def _render(document: Explainer) -> ExplainerFragments:
    numbering = SourceNumbering(document.citations)
    page = _Page(document, numbering)
    happened = page.happened
    standfirst = ""
    if happened:
        page.number_section(happened)
    else:
        standfirst = render_short_text(document.standfirst, anchor="standfirst", numbering=numbering)
    lead = document.lead_picture
    lead_fragment = render_image(lead, anchor="lead", numbering=numbering) if lead else None
    page.number_all()
    pictures = {
        picture.uid: render_image(picture, anchor=f"picture-{position}", numbering=numbering)
        for position, picture in enumerate(document.pictures, start=1)
    }
    questions = tuple(
        QuestionLink(
            uid=question.uid,
            question=question.question,
            teaser_html=render_short_text(question.teaser, anchor=f"question-{position}", numbering=numbering),
            teaser_words=plain_text(question.teaser),
        )
        for position, question in enumerate(document.questions, start=1)
    )
    topics = render_topics(document.topics, numbering=numbering)
    method = render_short_text(document.method_note, anchor="method", numbering=numbering)
    return ExplainerFragments(
        headline=document.headline,
        standfirst_html=standfirst,
        standfirst_words=plain_text(document.standfirst),
        lead_picture=lead_fragment,
        byline=document.byline,
        sections=page.sections(),
        passages=page.passages(),
        claims=page.claims,
        figures=page.figures(),
        forecasts=page.forecasts(),
        sources=numbering.sources(),
        questions=questions,
        deeper_heading=document.headings.deeper,
        questions_heading=document.headings.questions,
        topics_heading=document.headings.topics,
        topics=topics,
        pictures=pictures,
        method_html=method,
        summary=_find_summary(document),
        happened_is_summary=happened is not None,
        word_count=_count_words(document, has_standfirst=happened is None),
    )


class _Page:
    """The sections and passages of a story. Their sources must be numbered before they are rendered."""

    def __init__(self, document: Explainer, numbering: SourceNumbering) -> None:
        self._document = document
        self._numbering = numbering
        self._cited: dict[UUID, tuple[int, ...]] = {}
        self.claims: tuple[ClaimFragment, ...] = ()
        anchors = Anchors(has_claims=bool(document.claims))
        self._anchors = {
            section.uid: anchors.claim(section.heading, fallback=f"section-{position}")
            for position, section in enumerate(document.sections, start=1)
        }

    @property
    def happened(self) -> Section | None:
        """The section at the head of the page: the first *What's happened* section with text, or None."""
        sections = (section for section in self._document.sections if section.kind == HAPPENED.code)
        return next((section for section in sections if plain_text(section.text)), None)

    def number_section(self, section: Section) -> None:
        """Assign numbers to the sources of one section, unless it has been numbered already.

        The *papers* section includes the passages, and the claims follow it.
        """
        if section.uid in self._cited:
            return
        anchor = self._anchors[section.uid]
        self._cited[section.uid] = self._numbering.number_citations(section.text, anchor=anchor)
        if section.kind == PAPERS.code:
            self._number_passages(at=anchor)
            self._render_claims()

    def number_all(self) -> None:
        """Assign numbers to the sources of all sections and passages that have not been numbered yet.

        Without a *papers* section, the passages come at the end of the first group. The figures follow that group, and
        the forecasts follow the next one.
        """
        has_papers = any(section.kind == PAPERS.code for section in self._document.sections)
        for group, sections in group_sections(self._document.sections, kind=lambda section: section.kind).items():
            for section in sections:
                self.number_section(section)
            if group == PageGroup.STORY:
                if not has_papers:
                    self._number_passages(at="")
                    self._render_claims()
                self._number_figures()
            if group == PageGroup.WHAT_NEXT:
                self._number_forecasts()

    def sections(self) -> tuple[SectionFragment, ...]:
        return tuple(
            SectionFragment(
                uid=section.uid,
                kind=section.kind,
                anchor=self._anchors[section.uid],
                heading=section.heading,
                body_html=number_marks(
                    markdown.render(
                        section.text,
                        numbers=self._numbering.numbers,
                        anchor=self._anchors[section.uid],
                        convention=SECTION_KINDS[section.kind].convention,
                    ),
                    self._document,
                ),
                sources=self._cited[section.uid],
            )
            for section in self._document.sections
        )

    def passages(self) -> tuple[PassageFragment, ...]:
        return tuple(
            PassageFragment(
                uid=passage.uid,
                body_html=number_marks(
                    markdown.render(
                        passage.text, numbers=self._numbering.numbers, anchor=f"passage-{position}", headings=False
                    ),
                    self._document,
                ),
                outlets=passage.outlets,
                sources=self._cited[passage.uid],
            )
            for position, passage in enumerate(self._document.passages, start=1)
        )

    def _number_passages(self, *, at: str) -> None:
        for position, passage in enumerate(self._document.passages, start=1):
            self._cited[passage.uid] = self._numbering.number_citations(
                passage.text, anchor=f"passage-{position}", further_sources=passage.sources, at=at
            )

    def _render_claims(self) -> None:
        self.claims = tuple(
            render_claim(claim, position, numbering=self._numbering)
            for position, claim in enumerate(self._document.claims, start=1)
        )

    def figures(self) -> tuple[FigureFragment, ...]:
        return tuple(
            FigureFragment(
                **figure.model_dump(exclude={"source"}),
                source=self._numbering.numbers.get(figure.source or 0),
                citation_html=self._render_citation(figure.source, f"figure-{position}"),
            )
            for position, figure in enumerate(self._document.figures, start=1)
        )

    def forecasts(self) -> tuple[ForecastFragment, ...]:
        numbers = self._numbering.numbers
        return tuple(
            ForecastFragment(
                **forecast.model_dump(include=_FORECAST_FIELDS),
                source=numbers.get(forecast.source or 0),
                citation_html=self._render_citation(forecast.source, f"forecast-{position}"),
                outcome_html=self._render_outcome(forecast, f"outcome-{position}"),
                outcome_source=numbers.get(forecast.outcome_source or 0),
            )
            for position, forecast in enumerate(self._document.forecasts, start=1)
        )

    def _number_forecasts(self) -> None:
        for position, forecast in enumerate(self._document.forecasts, start=1):
            if forecast.source:
                self._numbering.number_citations(f"[@{forecast.source}]", anchor=f"forecast-{position}")
            self._numbering.number_citations(_cite_outcome(forecast), anchor=f"outcome-{position}")

    def _number_figures(self) -> None:
        for position, figure in enumerate(self._document.figures, start=1):
            if figure.source:
                self._numbering.number_citations(f"[@{figure.source}]", anchor=f"figure-{position}")

    def _render_citation(self, source: int | None, anchor: str) -> str:
        number = self._numbering.numbers.get(source or 0)
        return render_citation(number, citation_id(anchor, 1)) if number else ""

    def _render_outcome(self, forecast: Forecast, anchor: str) -> str:
        outcome = _cite_outcome(forecast)
        numbers = self._numbering.numbers
        return markdown.render(outcome, numbers=numbers, anchor=anchor, headings=False) if outcome else ""


def _cite_outcome(forecast: Forecast) -> str:
    """Return the outcome with the citation of its source at its end; without an outcome, the citation alone."""
    return f"{forecast.outcome.rstrip()}[@{forecast.outcome_source}]" if forecast.outcome_source else forecast.outcome


def _find_summary(document: Explainer) -> str:
    """Return the summary for lists: the standfirst, or the opening of *What's happened* or of another section."""
    if standfirst := plain_text(document.standfirst):
        return " ".join(standfirst.split())
    by_kind = sorted(document.sections, key=lambda section: section.kind != HAPPENED.code)
    return next((words for section in by_kind if (words := extract_opening(section.text))), "")


def _count_words(document: Explainer, *, has_standfirst: bool) -> int:
    texts = [section.text for section in document.sections] + [passage.text for passage in document.passages]
    return sum(word_count(text) for text in ([document.standfirst, *texts] if has_standfirst else texts))
