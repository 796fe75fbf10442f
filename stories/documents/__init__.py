"""The two kinds of document: frozen, typed, versioned, to and from JSON. No ORM."""

from stories.documents.confirmations import same_but_confirmations, same_but_decisions, with_articles_of
from stories.documents.explainer import AskedQuestion, Explainer, PartHeadings, Passage, Section
from stories.documents.parts import MOST_ROWS, CitedArticle, NamedContributor, NamedOutlet, NamedTopic, PlacedPicture
from stories.documents.question_page import Answer, QuestionPage
from stories.documents.section_kinds import SECTION_KINDS, STARTING_KINDS, SectionKind
from stories.documents.shared_names import same_but_names
from stories.documents.upgrading import AnyDocument, UnknownSchemaError, read

__all__ = [
    "MOST_ROWS",
    "SECTION_KINDS",
    "STARTING_KINDS",
    "Answer",
    "AnyDocument",
    "AskedQuestion",
    "CitedArticle",
    "Explainer",
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
    "read",
    "same_but_confirmations",
    "same_but_decisions",
    "same_but_names",
    "with_articles_of",
]
