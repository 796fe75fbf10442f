"""The first kind of document: an explainer, everything one story says."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stories.documents.headings import DEEPER, QUESTIONS, TOPICS, usual_heading

# The most rows of each kind in a document, whether typed or imported.
MOST_ROWS = {"sections": 100, "passages": 1_000, "questions": 100, "topics": 200, "answers": 200, "pictures": 200}

Text = Annotated[str, StringConstraints(max_length=200_000)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class Value(BaseModel):
    """A frozen value: equal by content, refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class NamedOutlet(Value):
    """An outlet as it was called then; ``uid`` is None while the name is only proposed."""

    uid: UUID | None
    name: Line


class NamedTopic(Value):
    """A topic as this work names it, in its order.

    ``uid`` is the row's own; ``topic`` is the topic's, None while the name is only proposed. ``description`` is what
    this work says about it (Markdown), which an import keeps even where the topic has a description of its own.
    ``explain`` says whether its first mention may be explained in place.
    """

    uid: UUID
    topic: UUID | None
    name: Line
    description: Text = ""
    explain: bool = True


class NamedContributor(Value):
    """Somebody in the byline, as their name was then."""

    uid: UUID
    name: Line


class CitedArticle(Value):
    """An article that ``[@number]`` cites; the number is the work's own, never changes and is never given again."""

    number: Annotated[int, Field(ge=1)]
    article: UUID
    outlet: NamedOutlet
    url: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")]
    title: Line
    published_on: date | None = None
    author: Line = ""
    paywalled: bool = False


class PlacedPicture(Value):
    """A picture as this work uses it: ``uid`` is the use's own, ``image`` the picture's."""

    uid: UUID
    image: UUID
    alt: Line = ""
    decorative: bool = False
    caption: Text = ""
    credit: Line = ""


class DocumentBase(Value):
    """What the two kinds of document share: identity, canonical form and digest."""

    uid: UUID
    slug: Annotated[str, StringConstraints(max_length=200)]
    language: LanguageTag = "en"
    topics: tuple[NamedTopic, ...] = ()
    citations: tuple[CitedArticle, ...] = ()
    pictures: tuple[PlacedPicture, ...] = ()
    cut_off: bool = False

    @model_validator(mode="after")
    def _cites_each_article_once(self) -> Self:
        numbers = [citation.number for citation in self.citations]
        if len(numbers) != len(set(numbers)):
            raise ValueError("Two citations have the same number.")
        for what in ("article", "url"):
            values = [getattr(citation, what) for citation in self.citations]
            if len(values) != len(set(values)):
                raise ValueError("Two citations lead to the same article.")
        return self

    def body(self) -> dict[str, object]:
        """Return the document as plain JSON values, the form that is stored."""
        return self.model_dump(mode="json")

    def canonical(self) -> str:
        """Return the one JSON text of this document: keys sorted, no spaces, characters as they are."""
        return json.dumps(self.body(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical form in hexadecimal; equal documents have equal digests."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def changed(self, **fields: object) -> Self:
        """Return a validated copy with the given fields replaced."""
        return self.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **fields})


QUESTION_PAGE_SCHEMA = 1


class Answer(Value):
    """One part of the answer: a narrower question, what is known, and the day on which it was true."""

    uid: UUID
    question: Line
    text: Text
    as_of: date | None = None


class QuestionPage(DocumentBase):
    """Everything the page of one common question says, at one moment."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["question"] = "question"
    question: Line = ""
    question_confirmed: bool = False
    introduction: Text = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One row of the table.

    ``code`` is stored; ``place`` orders new sections for readers (lower comes first); ``starting`` says that *Add story*
    opens with it; ``convention`` names the list convention that the renderer knows in its Markdown (``timeline``,
    ``people``, ``unknowns``), or is empty.
    """

    code: str
    place: int
    starting: bool = False
    convention: str = ""

    @property
    def heading(self) -> str:
        """The usual heading as the desk says it, in English."""
        return usual_heading(self.code)


HAPPENED = SectionKind("happened", 10, starting=True)
BEHIND = SectionKind("behind", 20, starting=True)
PAPERS = SectionKind("papers", 30, starting=True)
BACKGROUND = SectionKind("background", 40, starting=True)
TIMELINE = SectionKind("timeline", 50, convention="timeline")
PEOPLE = SectionKind("people", 60, convention="people")
UNKNOWNS = SectionKind("unknowns", 70, convention="unknowns")
NEXT = SectionKind("next", 80)
FREE = SectionKind("free", 90)

SECTION_KINDS: dict[str, SectionKind] = {
    kind.code: kind for kind in (HAPPENED, BEHIND, PAPERS, BACKGROUND, TIMELINE, PEOPLE, UNKNOWNS, NEXT, FREE)
}
STARTING_KINDS: tuple[SectionKind, ...] = tuple(kind for kind in SECTION_KINDS.values() if kind.starting)


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
