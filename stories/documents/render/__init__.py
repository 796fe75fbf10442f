"""Render documents to the fragments that an edition stores: everything a page needs, except live data."""

from dataclasses import dataclass

from newsroom.text.plain import reading_minutes
from stories.documents import AnyDocument, Explainer
from stories.documents.render.fragments import (
    AnswerFragment,
    CellFragment,
    ClaimFragment,
    ExplainerFragments,
    FigureFragment,
    ForecastFragment,
    ImageFragment,
    PassageFragment,
    QuestionFragments,
    QuestionLink,
    SectionFragment,
    SourceFragment,
    TopicMention,
)
from stories.documents.render.question import render_question_page
from stories.documents.render.story import render_explainer

__all__ = [
    "AnswerFragment",
    "CellFragment",
    "ClaimFragment",
    "ExplainerFragments",
    "FigureFragment",
    "ForecastFragment",
    "ImageFragment",
    "PassageFragment",
    "QuestionFragments",
    "QuestionLink",
    "RenderedDocument",
    "SectionFragment",
    "SourceFragment",
    "TopicMention",
    "render",
    "render_explainer",
    "render_for_edition",
    "render_question_page",
]


def render(document: AnyDocument) -> ExplainerFragments | QuestionFragments:
    return render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """The columns of an edition that are rendered from its document. Rerendering may change only these.

    ``fragments`` holds plain JSON values. ``minutes`` is the reading time, at least 1.
    """

    fragments: dict[str, object]
    summary: str
    minutes: int

    def columns(self) -> dict[str, object]:
        """Return the values, keyed by the name of the edition's column."""
        return {name: getattr(self, name) for name in self.__slots__}


def render_for_edition(document: AnyDocument) -> RenderedDocument:
    """Render ``document`` for the columns of an edition. Equal documents give equal values."""
    fragments = render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)
    return RenderedDocument(
        fragments=fragments.model_dump(mode="json"),
        summary=fragments.summary,
        minutes=reading_minutes(fragments.word_count),
    )
