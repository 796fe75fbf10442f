"""What answers of the API are made of: small values that several of them share."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

type WebAddress = str
type Language = Annotated[str, Field(description="A language tag (BCP 47).", examples=["en"])]
type ChangeKind = Literal[
    "first", "update", "correction", "clarification", "minor", "return", "withdrawal", "expiry"
]  # fmt: skip
type SectionKind = Literal[
    "happened", "behind", "papers", "background", "timeline", "people", "unknowns", "next", "free"
]  # fmt: skip


class Value(BaseModel):
    """A part of an answer; every property is always there."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _selectable(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class Selectable(Value):
    """What ``fields`` chooses from; without ``fields`` every property is there."""

    model_config = ConfigDict(json_schema_extra=_selectable)


class Reference(Value):
    """Something with a page of its own."""

    name: str = Field(examples=["Port Lisle"])
    url: WebAddress = Field(description="Its page.")
    api_url: WebAddress = Field(description="The same as data.")


class Named(Value):
    """A topic or an outlet as it is named here; without addresses while it has no page."""

    name: str
    url: WebAddress | None
    api_url: WebAddress | None


class TopicNamed(Named):
    """A topic that a story or question names."""

    description: str = Field(description="What this page, or else the topic's own, says of it, in words.")


class OutletNamed(Named):
    """An outlet that speaks or is cited."""

    country: str = Field(description="Empty where it is not known.", examples=["Vessara"])


class Picture(Value):
    """A picture; ``url`` is a JPEG of at most 960 pixels in width."""

    url: WebAddress
    alt: str = Field(description="What it shows, in words.")
    credit: str


class EditionNow(Value):
    """Which state of the page this is."""

    number: int = Field(description="It counts the editions readers could open, from 1.", ge=1)
    label: str = Field(description="Its name for people: major and minor number.", examples=["2.1"])
    change: ChangeKind
    note: str = Field(description="What was told readers of the change.")
    public_from: datetime
    public_until: datetime | None = Field(description="When another edition took its place; null while it stands.")


class Source(Value):
    """An article that is cited, by the number that readers see."""

    number: int = Field(ge=1)
    title: str
    url: WebAddress
    outlet: OutletNamed
    published_on: date | None
    author: str
    paywalled: bool


class Passage(Value):
    """What one outlet reports, or several together; without outlets it is a comparison of our own."""

    outlets: list[OutletNamed]
    html: str
    text: str
    sources: list[int] = Field(description="The numbers of the articles it draws on.")


class Section(Value):
    """A part of the story under a heading; passages stand in the place of a text in *What the papers say*."""

    kind: SectionKind
    url: WebAddress = Field(description="The page at this section.")
    heading: str
    html: str
    text: str = Field(description="The same in words, without marks of citations.")
    sources: list[int] = Field(description="The numbers of the articles it cites.")
    passages: list[Passage]


class QuestionNamed(Value):
    """A common question as a story asks it; without addresses while it has no page."""

    question: str
    teaser: str
    as_of: date | None = Field(description="The newest day on which an answer is said to be true.")
    url: WebAddress | None
    api_url: WebAddress | None


class Answer(Value):
    """One part of the answer to a common question."""

    question: str
    url: WebAddress = Field(description="The page at this answer.")
    html: str
    text: str
    as_of: date | None = Field(description="The day on which it was true.")


class Correction(Value):
    """What was wrong on the page, and what is right."""

    corrected_at: datetime
    was_wrong: str
    is_right: str
    note: str
    url: WebAddress = Field(description="The edition that put it right.")
    api_url: WebAddress


class Translation(Value):
    """The same page in another language."""

    language: Language
    name: str = Field(description="What the language calls itself.", examples=["Deutsch"])
    url: WebAddress
    api_url: WebAddress


class Piece(Value):
    """Some characters of a text; ``hit`` says that they are what was looked for."""

    words: str
    hit: bool


class Stage(Selectable):
    """An edition that readers could open, or the notice that stood in its place."""

    number: int | None = Field(description="It counts editions from 1; null for a notice.")
    label: str | None = Field(examples=["2.1"])
    change: ChangeKind
    title: str
    note: str
    was_wrong: str = Field(description="For a correction.")
    is_right: str
    notice: str = Field(description="Why the page was withdrawn.")
    public_from: datetime
    public_until: datetime | None = Field(description="null while it stands.")
    url: WebAddress | None
    api_url: WebAddress | None
