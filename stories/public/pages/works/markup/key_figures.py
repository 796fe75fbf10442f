"""The figures of a story's page as HTML: a list of terms for the page, and sentences for feeds."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.safestring import SafeString

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts, trust_rendered
from newsroom.text.join import comma
from stories.public.pages.works.key_figures import RenderedFigure

_LIST = '<dl class="figures">\n{figures}\n</dl>'
# What a screen reader reads together is one term: the number and what it counts.
_FIGURE = (
    '<div><dt><span class="value"><bdi>{value}</bdi></span> {counts}</dt><dd>{origin}{citation}</dd>{correction}</div>'
)
_CORRECTION = "<dd>{correction}</dd>"
_SENTENCES = "<ul>\n{sentences}\n</ul>"
_SENTENCE = "<li><bdi>{value}</bdi> {counts}{origin}{citation}.</li>"


def list_as_terms(figures: Iterable[RenderedFigure], at: datetime) -> SafeString:
    """Return the figures as a ``<dl>``, for a page that is built at ``at``."""
    return fill_in(_LIST, figures=join_parts(_render(_FIGURE, figure, at) for figure in figures))


def list_as_sentences(figures: Iterable[RenderedFigure], at: datetime) -> SafeString:
    """Return the figures as a list with a sentence for each, for copies that have no style sheet."""
    sentences = (_render(_SENTENCE, figure, at, origin=" ({origin})") for figure in figures)
    return fill_in(_SENTENCES, sentences=join_parts(sentences))


def _render(template: str, figure: RenderedFigure, at: datetime, *, origin: str = "{origin}") -> SafeString:
    """Return the figure as HTML; ``origin`` is a template for according to whom and as of which day, if known."""
    parts = [fill_in("{words}", words=figure.according_to)] if figure.according_to else []
    parts += [fill_in("{day}", day=day(figure.as_of, at))] if figure.as_of else []
    return fill_in(
        template,
        value=figure.value,
        counts=figure.counts,
        origin=fill_in(origin, origin=join_parts(parts, between=comma())) if parts else NO_HTML,
        citation=trust_rendered(figure.citation_html),
        correction=(
            fill_in(_CORRECTION, correction=trust_rendered(figure.correction_html))
            if figure.correction_html
            else NO_HTML
        ),
    )
