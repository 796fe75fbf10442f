"""The first kind of document: an explainer, everything one story says."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from stories.documents.headings import DEEPER, QUESTIONS, TOPICS, usual_heading
from stories.documents.parts import (
    DocumentBase,
    Line,
    NamedContributor,
    NamedOutlet,
    PlacedPicture,
    Text,
    Value,
)
from stories.documents.section_kinds import FREE, PAPERS, SECTION_KINDS

EXPLAINER_SCHEMA = 1


class Section(Value):
    """A part of the explainer under a heading, in Markdown; the *papers* section holds its place and has no text."""

    uid: UUID
    kind: Annotated[str, StringConstraints(pattern="^(" + "|".join(SECTION_KINDS) + ")$")]
    heading: Line
    text: Text = ""


class Passage(Value):
    """One passage of *What the papers say*.

    It belongs to one outlet, to several together, or to none: then it is a comparison of our own. ``sources`` are
    the citation numbers of the articles it draws on. ``opens_paragraph`` says whether plain text starts a new paragraph
    with it; passages that came in as one paragraph go out as one.
    """

    uid: UUID
    text: Text
    outlets: tuple[NamedOutlet, ...] = ()
    sources: tuple[int, ...] = ()
    opens_paragraph: bool = False


class AskedQuestion(Value):
    """A common question as this story asks it: ``uid`` is the question's own, wording and teaser are frozen here."""

    uid: UUID
    question: Line
    teaser: Text = ""


class PartHeadings(Value):
    """What the parts after the sections are called in this story."""

    deeper: Line = usual_heading(DEEPER)
    questions: Line = usual_heading(QUESTIONS)
    topics: Line = usual_heading(TOPICS)

    @classmethod
    def usual(cls, language: str) -> Self:
        """Return the usual ones of a language."""
        return cls(**{name: usual_heading(name, language) for name in cls.model_fields})


class Explainer(DocumentBase):
    """Everything a story says, at one moment. Sections and passages stand in the order readers see."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["story"] = "story"
    headline: Line = ""
    headline_confirmed: bool = False
    standfirst: Text = ""
    lead_picture: PlacedPicture | None = None
    byline: tuple[NamedContributor, ...] = ()
    method_note: Text = ""
    sections: tuple[Section, ...] = ()
    passages: tuple[Passage, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    headings: PartHeadings = PartHeadings()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        kinds = [section.kind for section in self.sections if section.kind != FREE.code]
        if len(kinds) != len(set(kinds)):
            raise ValueError("Two sections are of the same kind.")
        if any(section.text for section in self.sections if section.kind == PAPERS.code):
            raise ValueError("The papers section has passages instead of a text.")
        numbers = {citation.number for citation in self.citations}
        if missing := {number for passage in self.passages for number in passage.sources} - numbers:
            raise ValueError(f"A passage draws on source {min(missing)}, which is not in the list of citations.")
        return self
