"""What an edition keeps that a renderer made: its fragments, and what is read out of the same texts."""

from dataclasses import dataclass

from newsroom.text.plain import minutes_to_read
from stories.documents import AnyDocument, Explainer
from stories.rendering.explainer import render_explainer
from stories.rendering.question_page import render_question_page


@dataclass(frozen=True, slots=True)
class Kept:
    """The columns of an edition that follow from its document alone: nothing else may change when it is rendered again.

    ``fragments`` are plain JSON values, ``minutes`` are at least 1.
    """

    fragments: dict[str, object]
    summary: str
    minutes: int

    def columns(self) -> dict[str, object]:
        """Return the values by the names of the edition's columns."""
        return {name: getattr(self, name) for name in self.__slots__}


def keep(document: AnyDocument) -> Kept:
    """Render ``document`` as an edition keeps it; the same document gives the same values."""
    fragments = render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)
    return Kept(
        fragments=fragments.model_dump(mode="json"),
        summary=fragments.summary,
        minutes=minutes_to_read(fragments.word_count),
    )
