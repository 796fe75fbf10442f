"""The figures of a story's page: each with what it counts, according to whom, as of which day, and its citation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts, trust_rendered
from newsroom.text.join import comma
from stories.documents.days import format_day
from stories.documents.key_figures import write_sentence
from stories.documents.render import FigureFragment

_LIST = '<dl class="figures">\n{figures}\n</dl>'
# What a screen reader reads together is one term: the number and what it counts.
_FIGURE = (
    '<div><dt><span class="value"><bdi>{value}</bdi></span> {counts}</dt><dd>{origin}{citation}</dd>{correction}</div>'
)
_CORRECTION = "<dd>{correction}</dd>"
_SENTENCES = "<ul>\n{sentences}\n</ul>"
_SENTENCE = "<li><bdi>{value}</bdi> {counts}{origin}{citation}.</li>"


@dataclass(frozen=True, slots=True)
class RenderedFigure:
    """A figure; ``source`` is the number that readers see for its source."""

    value: str
    counts: str
    according_to: str
    as_of: date | None
    source: int | None
    citation_html: str
    correction_html: str = ""

    @classmethod
    def from_fragment(cls, fragment: FigureFragment, citation_html: str) -> Self:
        return cls(
            fragment.value,
            fragment.counts,
            fragment.according_to,
            fragment.as_of,
            fragment.source,
            citation_html,
            fragment.correction_html,
        )

    @property
    def sentence(self) -> str:
        """The figure as plain text, in the active language."""
        language = get_language() or "en"
        parts = (self.according_to, format_day(self.as_of, language) if self.as_of else "")
        return write_sentence(self.value, self.counts, ", ".join(part for part in parts if part))

    def fill_in(self, template: str, at: datetime, *, origin: str = "{origin}") -> SafeString:
        """Return the figure as HTML; ``origin`` is a template for according to whom and as of which day, if known."""
        parts = [fill_in("{words}", words=self.according_to)] if self.according_to else []
        parts += [fill_in("{day}", day=day(self.as_of, at))] if self.as_of else []
        return fill_in(
            template,
            value=self.value,
            counts=self.counts,
            origin=fill_in(origin, origin=join_parts(parts, between=comma())) if parts else NO_HTML,
            citation=trust_rendered(self.citation_html),
            correction=(
                fill_in(_CORRECTION, correction=trust_rendered(self.correction_html))
                if self.correction_html
                else NO_HTML
            ),
        )


def list_as_terms(figures: Iterable[RenderedFigure], at: datetime) -> SafeString:
    """Return the figures as a ``<dl>``, for a page that is built at ``at``."""
    return fill_in(_LIST, figures=join_parts(figure.fill_in(_FIGURE, at) for figure in figures))


def list_as_sentences(figures: Iterable[RenderedFigure], at: datetime) -> SafeString:
    """Return the figures as a list with a sentence for each, for copies that have no style sheet."""
    sentences = (figure.fill_in(_SENTENCE, at, origin=" ({origin})") for figure in figures)
    return fill_in(_SENTENCES, sentences=join_parts(sentences))
