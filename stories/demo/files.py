"""Read and validate the files of the demonstration."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from PIL import Image
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationInfo

from stories.demo import days

FOLDER = Path(__file__).resolve().parent

type StoryState = Literal["live", "changed", "withdrawn", "draft", "binned"]
type Openness = Literal["open", "partly", "answered"]


def _today(info: ValidationInfo) -> date:
    return cast("date", (info.context or {})["today"])


# Files count days from the day of seeding, which is 0.
Day = Annotated[date, BeforeValidator(lambda count, info: _today(info) + timedelta(days=count))]
Moment = Annotated[datetime, BeforeValidator(lambda written, info: days.parse_moment(written, today=_today(info)))]
# Timelines also have days long past, which are not counted: “2016-03-11”.
When = Annotated[str, BeforeValidator(lambda written, info: days.format_when(written, today=_today(info)))]


class Data(BaseModel):
    """A part of a file: frozen, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OutletData(Data):
    """An invented outlet; ``host`` is in the reserved domain .example."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str
    country: str
    language: str
    host: str
    owner: str
    description: str


class TopicData(Data):
    """A topic; ``picture`` is the name of a picture."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    description: str
    picture: str = ""


class SourceData(Data):
    """An article that ``[@n]`` cites; its outlet is known by its key, or only proposed by its name."""

    n: int
    outlet: str = ""
    proposed: str = ""
    dated: Day
    title: str
    by: str = ""
    paywalled: bool = False


class PassageData(Data):
    """A passage of *What the papers say*; without any outlet it is a comparison."""

    outlets: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    text: str


class TimelineEntryData(Data):
    """An entry of a timeline; ``when`` is a day, or a day with its time."""

    when: When
    text: str


class KeyPersonData(Data):
    """One of the key people."""

    name: str
    topic: str = ""
    role: str
    text: str


class OpenQuestionData(Data):
    """A question that nobody, or only some people, can answer yet."""

    state: Openness
    since: Day
    question: str
    text: str


class SectionsData(Data):
    """The sections of a story, without *What the papers say*."""

    happened: str
    behind: str
    background: str
    next: str = ""
    timeline: tuple[TimelineEntryData, ...] = ()
    people: tuple[KeyPersonData, ...] = ()
    unknowns: tuple[OpenQuestionData, ...] = ()


class ImageData(Data):
    """A use of a picture, with its focal point in per cent and the words beside it.

    A text places it with ``![](picture:drawing)``.
    """

    drawing: str
    focus: tuple[int, int] = (50, 50)
    alt: str
    caption: str
    credit: str


class EditionData(Data):
    """An edition of a story: its change note, and how it differed from the story as it is now.

    ``without`` names the sections that it did not have. ``instead`` maps words of the story to those in their place.
    """

    at: Moment
    change: Literal["update", "correction", "minor"] = "update"
    note: str = ""
    was_wrong: str = ""
    is_right: str = ""
    omitted_sections: tuple[str, ...] = ()
    instead: dict[str, str] = Field(default_factory=dict)


class ProposedTopicData(Data):
    """A name that a writer proposed as a topic."""

    name: str
    description: str


class AnswerData(Data):
    """A question on a question page, with its answer."""

    q: str
    as_of: Day
    text: str


class QuestionEditionData(Data):
    """An edition of a question page, with the answers that are as of its day or earlier."""

    at: Moment
    note: str = ""


class QuestionData(Data):
    """A question page; it cites the sources of its story by number, and adds ``sources`` of its own.

    ``translates`` is the key of its original.
    """

    key: str
    translates: str = ""
    question: str
    introduction: str
    topics: tuple[str, ...]
    sources: tuple[SourceData, ...] = ()
    editions: tuple[QuestionEditionData, ...]
    answers: tuple[AnswerData, ...]


class HeadingsData(Data):
    """The headings of the parts after the sections, for a language other than that of the usual ones."""

    deeper: str
    questions: str
    topics: str


class StoryData(Data):
    """A story with the questions that were written for it; ``translates`` is the key of its original.

    ``begun`` is the time at which work on it began, before its first edition.
    """

    slug: str
    language: str = "en"
    translates: str = ""
    state: StoryState
    begun: Moment
    withdrawn: Moment | None = None
    notice: str = ""
    headline: str
    headline_confirmed: bool = True
    standfirst: str
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    proposed_topics: tuple[ProposedTopicData, ...] = ()
    asks: tuple[str, ...]
    method: str
    headings: HeadingsData | None = None
    section_headings: dict[str, str] = Field(default_factory=dict)
    picture: ImageData | None = None
    pictures: tuple[ImageData, ...] = ()
    sources: tuple[SourceData, ...]
    sections: SectionsData
    passages: tuple[PassageData, ...]
    editions: tuple[EditionData, ...] = ()
    questions: tuple[QuestionData, ...] = ()


class AboutPageData(Data):
    """An about page; without a language it is in the first language of the site."""

    slug: str
    language: str = ""
    role: str
    title: str
    text: str


def read_yaml(path: Path) -> object:
    """Return the content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def load_outlets() -> dict[str, OutletData]:
    """Return the invented outlets by key."""
    return TypeAdapter(dict[str, OutletData]).validate_python(read_yaml(FOLDER / "outlets.yaml"))


@cache
def load_topics() -> dict[str, TopicData]:
    """Return the topics by key."""
    return TypeAdapter(dict[str, TopicData]).validate_python(read_yaml(FOLDER / "topics.yaml"))


def list_pictures() -> list[str]:
    """Return the names of the pictures, from A to Z."""
    return sorted(path.stem for path in (FOLDER / "pictures").glob("*.webp"))


def open_picture(name: str) -> Image.Image:
    """Return a picture by its name."""
    return Image.open(FOLDER / "pictures" / f"{name}.webp")


@cache
def load_contributors() -> dict[str, str]:
    """Return the names of the contributors by key."""
    return TypeAdapter(dict[str, str]).validate_python(read_yaml(FOLDER / "people.yaml"))


@cache
def load_about_pages() -> list[AboutPageData]:
    """Return the about pages, those of each language in the order of the footer."""
    return TypeAdapter(list[AboutPageData]).validate_python(read_yaml(FOLDER / "about.yaml"))


@cache
def load_stories(today: date) -> dict[str, StoryData]:
    """Return the stories by key, as they read if ``today`` is the day of seeding; the front page's lead comes first."""
    return {
        path.stem.split("-", 1)[1]: _story(read_yaml(path), today=today)
        for path in sorted((FOLDER / "stories").glob("*.yaml"))
    }


def _story(found: Any, *, today: date) -> StoryData:
    told = days.replace_tags(found, today=today, language=found.get("language", "en"))
    return StoryData.model_validate(told, context={"today": today})
