"""Schema of the two kinds of document, explainers and question pages, and of the values in them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stories.documents.headings import DEEPER, QUESTIONS, TOPICS, usual_heading

# Maximum number of rows of each kind in a document, whether typed or imported.
MOST_ROWS = {"sections": 100, "passages": 1_000, "questions": 100, "topics": 200, "answers": 200, "pictures": 200}

Text = Annotated[str, StringConstraints(max_length=200_000)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class FrozenModel(BaseModel):
    """A frozen value that is compared by content and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class NamedOutlet(FrozenModel):
    """An outlet under its name at that time; ``uid`` is None for a proposed name."""

    uid: UUID | None
    name: Line


class NamedTopic(FrozenModel):
    """A topic as a work names it.

    ``uid`` is that of the row; ``topic`` is the uid of the topic, None for a proposed name. ``description`` is the
    Markdown that this work has about the topic: an import stores it even if the topic has a description of its own.
    ``explain`` allows the page to explain the first mention in place.
    """

    uid: UUID
    topic: UUID | None
    name: Line
    description: Text = ""
    explain: bool = True


class NamedContributor(FrozenModel):
    """A contributor in the byline, under the name at that time."""

    uid: UUID
    name: Line


class CitedArticle(FrozenModel):
    """An article that ``[@number]`` cites; the number belongs to the work, never changes and is never reused."""

    number: Annotated[int, Field(ge=1)]
    article: UUID
    outlet: NamedOutlet
    url: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")]
    title: Line
    published_on: date | None = None
    author: Line = ""
    paywalled: bool = False


class PlacedPicture(FrozenModel):
    """An image as one work uses it: ``uid`` is that of the use, ``image`` that of the image."""

    uid: UUID
    image: UUID
    alt: Line = ""
    decorative: bool = False
    caption: Text = ""
    credit: Line = ""


class DocumentBase(FrozenModel):
    """Base of both kinds of document: identity, shared fields, canonical form and digest."""

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
        """Return the document as plain JSON values, as the database stores it."""
        return self.model_dump(mode="json")

    def canonical(self) -> str:
        """Return the canonical JSON of the document: sorted keys, no white space, non-ASCII characters unescaped."""
        return json.dumps(self.body(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of the canonical JSON; equal documents have equal digests."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def changed(self, **fields: object) -> Self:
        """Return a validated copy with the given fields replaced, or raise pydantic.ValidationError."""
        return self.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **fields})


QUESTION_PAGE_SCHEMA = 1


class Answer(FrozenModel):
    """One answer of a question page: a narrower question, the text, and the day as of which it is true."""

    uid: UUID
    question: Line
    text: Text
    as_of: date | None = None


class QuestionPage(DocumentBase):
    """The document of a question."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["question"] = "question"
    question: Line = ""
    question_confirmed: bool = False
    introduction: Text = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section.

    ``code`` is stored. ``place`` orders new sections, lowest first. A kind with ``starting`` is on the form of *Add
    story* from the start. ``convention`` names the list convention that the renderer applies to its Markdown
    (``timeline``, ``people`` or ``unknowns``), or is empty.
    """

    code: str
    place: int
    starting: bool = False
    convention: str = ""

    @property
    def heading(self) -> str:
        """The usual heading in English, as the desk shows it."""
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


class Section(FrozenModel):
    """A headed part of an explainer in Markdown; the *papers* section has no text and marks the passages' place."""

    uid: UUID
    kind: Annotated[str, StringConstraints(pattern="^(" + "|".join(SECTION_KINDS) + ")$")]
    heading: Line
    text: Text = ""


class Passage(FrozenModel):
    """A passage of *What the papers say*.

    It names one outlet, several, or none: then it is a comparison of our own. ``sources`` are the citation numbers of
    the articles it draws on. With ``opens_paragraph`` it begins a new paragraph in plain text, so that passages which
    were imported as one paragraph are exported as one.
    """

    uid: UUID
    text: Text
    outlets: tuple[NamedOutlet, ...] = ()
    sources: tuple[int, ...] = ()
    opens_paragraph: bool = False


class AskedQuestion(FrozenModel):
    """A question as a story asks it: ``uid`` is that of the question; wording and teaser are copies."""

    uid: UUID
    question: Line
    teaser: Text = ""


class PartHeadings(FrozenModel):
    """The headings of the parts of a story that follow its sections."""

    deeper: Line = usual_heading(DEEPER)
    questions: Line = usual_heading(QUESTIONS)
    topics: Line = usual_heading(TOPICS)

    @classmethod
    def usual(cls, language: str) -> Self:
        """Return the usual headings in a language."""
        return cls(**{name: usual_heading(name, language) for name in cls.model_fields})


class Explainer(DocumentBase):
    """The document of a story; sections and passages are in the order that readers see."""

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
