"""Documents of stories and questions: frozen, typed values with a schema number and a JSON form, without the ORM."""

from stories.documents.schema import (
    MAX_ROWS,
    SECTION_KINDS,
    STARTING_KINDS,
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    KeyFigure,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
    SectionKind,
)
from stories.documents.upgrade import AnyDocument, UnknownSchemaError, upgrade
from stories.documents.walk import equal_except_names, title_of

__all__ = [
    "MAX_ROWS",
    "SECTION_KINDS",
    "STARTING_KINDS",
    "Answer",
    "AnyDocument",
    "AskedQuestion",
    "CitedArticle",
    "Explainer",
    "KeyFigure",
    "NamedContributor",
    "NamedOutlet",
    "NamedTopic",
    "PartHeadings",
    "Passage",
    "PlacedPicture",
    "QuestionPage",
    "Section",
    "SectionKind",
    "UnknownSchemaError",
    "equal_except_names",
    "title_of",
    "upgrade",
]
