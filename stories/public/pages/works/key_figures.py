"""The figures of a story's page: each with what it counts, according to whom, as of which day, and its citation."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import get_language

from stories.documents.days import format_day
from stories.documents.key_figures import write_sentence
from stories.documents.render import FigureFragment


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
