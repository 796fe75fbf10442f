"""Schema of the two kinds of document, explainers and question pages, and of the values in them."""

from stories.documents.fields import row_specs
from stories.documents.schema.base import DocumentBase
from stories.documents.schema.claims import Cell, Claim, Origin
from stories.documents.schema.forecasts import Forecast
from stories.documents.schema.question import (
    ANSWER_STATES,
    QUESTION_PAGE_SCHEMA,
    Answer,
    AnswerState,
    QuestionPage,
)
from stories.documents.schema.story import (
    BACKGROUND,
    BEHIND,
    EXPLAINER_SCHEMA,
    FREE,
    HAPPENED,
    NEXT,
    PAPERS,
    PEOPLE,
    SECTION_KINDS,
    STARTING_KINDS,
    TIMELINE,
    UNKNOWNS,
    AskedQuestion,
    Explainer,
    KeyFigure,
    PartHeadings,
    Passage,
    Section,
    SectionKind,
)
from stories.documents.schema.values import CitedArticle, NamedContributor, NamedOutlet, NamedTopic, PlacedPicture

__all__ = [
    "ANSWER_STATES",
    "BACKGROUND",
    "BEHIND",
    "EXPLAINER_SCHEMA",
    "FREE",
    "HAPPENED",
    "MAX_ROWS",
    "NEXT",
    "PAPERS",
    "PEOPLE",
    "QUESTION_PAGE_SCHEMA",
    "SECTION_KINDS",
    "STARTING_KINDS",
    "TIMELINE",
    "UNKNOWNS",
    "Answer",
    "AnswerState",
    "AskedQuestion",
    "Cell",
    "CitedArticle",
    "Claim",
    "DocumentBase",
    "Explainer",
    "Forecast",
    "KeyFigure",
    "NamedContributor",
    "NamedOutlet",
    "NamedTopic",
    "Origin",
    "PartHeadings",
    "Passage",
    "PlacedPicture",
    "QuestionPage",
    "Section",
    "SectionKind",
]

# The maximum number of rows in a document, for each kind that has a maximum, both at the desk and in imports.
MAX_ROWS = {
    name: spec.max_rows
    for model in (Explainer, QuestionPage)
    for name, spec in row_specs(model).items()
    if spec.max_rows
}
