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
type AnswerState = Literal["open", "partly", "answered"]


def _today(info: ValidationInfo) -> date:
    return cast("date", (info.context or {})["today"])


# In the files, days are numbers relative to the day of seeding, which is 0.
Day = Annotated[date, BeforeValidator(lambda count, info: _today(info) + timedelta(days=count))]
Moment = Annotated[datetime, BeforeValidator(lambda written, info: days.parse_moment(written, today=_today(info)))]
# Timelines also contain absolute dates, such as “2016-03-11”, for events that happened long ago.
TimelineDate = Annotated[str, BeforeValidator(lambda written, info: days.format_when(written, today=_today(info)))]


class DemoModel(BaseModel):
    """Base class for the parts of a file; parts are immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OutletData(DemoModel):
    """An invented outlet; ``host`` is in the reserved top-level domain ``.example``."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str
    country: str
    language: str
    host: str
    owner: str
    description: str


class AuthorPageData(DemoModel):
    """What the public page of an author says; ``topics`` are keys, and ``portrait`` is the name of a file."""

    role: str
    portrait: str
    topics: tuple[str, ...]
    languages: str
    contact: str = ""
    description: str
    is_former: bool = False


class ContributorData(DemoModel):
    """A contributor, with or without a public page."""

    name: str
    page: AuthorPageData | None = None


class TopicData(DemoModel):
    """A topic; ``picture`` is the name of its picture, ``portrait`` that of a person’s portrait."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    description: str
    picture: str = ""
    portrait: str = ""


class SourceData(DemoModel):
    """An article cited as ``[@number]``, with the key of its outlet or the name of a proposed outlet."""

    number: int
    outlet: str = ""
    proposed_outlet: str = ""
    dated: Day
    title: str
    author: str = ""
    paywalled: bool = False


class PassageData(DemoModel):
    """A passage of *What the papers say*; without an outlet, it is a comparison."""

    outlets: tuple[str, ...] = ()
    proposed_outlets: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    text: str


class TimelineEntryData(DemoModel):
    """An entry of a timeline; ``when`` is a day, with or without a time."""

    when: TimelineDate
    text: str


class KeyPersonData(DemoModel):
    """One of the key people."""

    name: str
    topic: str = ""
    role: str
    text: str


class OpenQuestionData(DemoModel):
    """An entry of the section on what is not known yet: a question with its state.

    ``page`` is the key of its question page, to which the entry links, or empty.
    """

    state: AnswerState
    since: Day
    question: str
    text: str
    page: str = ""


class SectionsData(DemoModel):
    """The sections of a story except *What the papers say*."""

    happened: str
    behind: str
    background: str
    next: str = ""
    timeline: tuple[TimelineEntryData, ...] = ()
    people: tuple[KeyPersonData, ...] = ()
    unknowns: tuple[OpenQuestionData, ...] = ()


class ImageData(DemoModel):
    """A use of a picture, with its focal point in per cent, alternative text, caption and credit.

    A section includes the picture as ``![](picture:NAME)``, where ``NAME`` is the value of ``drawing``.
    """

    drawing: str
    focus: tuple[int, int] = (50, 50)
    alt: str
    caption: str
    credit: str


class EditionData(DemoModel):
    """An edition of a story: its change note, and its differences from the current story.

    ``omitted_sections`` are the kinds of sections that the edition did not have. ``replacements`` maps phrases of the
    story to phrases of the edition.
    """

    at: Moment
    change: Literal["update", "correction", "minor"] = "update"
    note: str = ""
    was_wrong: str = ""
    is_right: str = ""
    omitted_sections: tuple[str, ...] = ()
    replacements: dict[str, str] = Field(default_factory=dict)


class ProposedTopicData(DemoModel):
    """A topic proposed by a writer."""

    name: str
    description: str


class AnswerData(DemoModel):
    """A question on a question page, with its answer."""

    question: str
    as_of: Day
    text: str


class QuestionEditionData(DemoModel):
    """An edition of a question page. It contains only the answers that are true as of its day or an earlier one."""

    at: Moment
    note: str = ""
    state: AnswerState | None = None


class QuestionData(DemoModel):
    """A question page. It cites the sources of its story by number, and adds its own ``sources``.

    The last edition has the short answer, which is as of the newest day of its answers, and valid until
    ``valid_until``.

    ``translates`` is the key of its original.
    """

    key: str
    translates: str = ""
    question: str
    introduction: str
    short_answer: str = ""
    valid_until: Day | None = None
    open_since: Day | None = None
    missing: str = ""
    could_answer: str = ""
    topics: tuple[str, ...]
    sources: tuple[SourceData, ...] = ()
    editions: tuple[QuestionEditionData, ...]
    answers: tuple[AnswerData, ...]


class HeadingsData(DemoModel):
    """The headings of the parts after the sections, in the language of a translated story."""

    deeper: str
    questions: str
    topics: str


class FigureData(DemoModel):
    """A figure of *In figures*."""

    value: str
    counts: str
    according_to: str
    as_of: Day
    source: int


class CellData(DemoModel):
    """What an outlet says about a claim. ``when`` is a moment as in a timeline."""

    outlet: str
    stance: Literal["says", "denies", "silent", "unclear"] = "says"
    value: str = ""
    when: TimelineDate = ""
    source: int
    attributed_to: str = ""
    quotation: str = ""
    as_of: Day | None = None


class ClaimData(DemoModel):
    """A point on which outlets are compared. Texts refer to it as ``claim:KEY``, with the key of the claim."""

    key: str
    claim: str
    kind: Literal["figure", "date", "quotation", "attribution", "fact"]
    unit: str = ""
    as_of: Day
    brief: str = ""
    note: str = ""
    cells: tuple[CellData, ...]


class ForecastData(DemoModel):
    """A forecast. An edition from before ``decided_on`` has it open, and one from before ``said_on`` not at all."""

    speaker: str
    speaker_kind: str
    said_on: Day
    source: int
    quotation: str = ""
    expected: str
    due_on: Day
    low: str = ""
    high: str = ""
    unit: str = ""
    state: str = "open"
    outcome: str = ""
    outcome_source: int | None = None
    decided_on: Day | None = None


class StoryData(DemoModel):
    """A story with the questions written for it; ``translates`` is the key of its original.

    ``started_at`` is the time at which work on the story began, before its first edition.
    """

    slug: str
    language: str = "en"
    translates: str = ""
    state: StoryState
    started_at: Moment
    withdrawn: Moment | None = None
    notice: str = ""
    headline: str
    headline_confirmed: bool = True
    standfirst: str
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    proposed_topics: tuple[ProposedTopicData, ...] = ()
    question_keys: tuple[str, ...]
    method: str
    headings: HeadingsData | None = None
    section_headings: dict[str, str] = Field(default_factory=dict)
    picture: ImageData | None = None
    pictures: tuple[ImageData, ...] = ()
    sources: tuple[SourceData, ...]
    sections: SectionsData
    passages: tuple[PassageData, ...]
    figures: tuple[FigureData, ...] = ()
    claims: tuple[ClaimData, ...] = ()
    forecasts: tuple[ForecastData, ...] = ()
    editions: tuple[EditionData, ...] = ()
    questions: tuple[QuestionData, ...] = ()


class AboutPageData(DemoModel):
    """An about page; without a language, it is in the first language of the site."""

    slug: str
    language: str = ""
    role: str
    title: str
    text: str


@cache
def read_yaml(path: Path) -> object:
    """Return the content of a YAML file. It is cached, so callers must not change it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def load_outlets() -> dict[str, OutletData]:
    """Return a mapping of keys to invented outlets."""
    return TypeAdapter(dict[str, OutletData]).validate_python(read_yaml(FOLDER / "outlets.yaml"))


@cache
def load_topics() -> dict[str, TopicData]:
    """Return a mapping of keys to topics."""
    return TypeAdapter(dict[str, TopicData]).validate_python(read_yaml(FOLDER / "topics.yaml"))


@cache
def load_navigation() -> dict[str, dict[str, str]]:
    """Return the labels of the subjects in the navigation, keyed by language and by the key of the topic."""
    return TypeAdapter(dict[str, dict[str, str]]).validate_python(read_yaml(FOLDER / "navigation.yaml"))


def list_pictures() -> list[str]:
    """Return the names of the pictures in alphabetical order."""
    return sorted(path.stem for path in (FOLDER / "pictures").glob("*.webp"))


def open_picture(name: str) -> Image.Image:
    """Open the picture with this name, and return the image."""
    return Image.open(FOLDER / "pictures" / f"{name}.webp")


def list_portraits() -> list[str]:
    """Return the names of the portraits in alphabetical order."""
    return sorted(path.stem for path in (FOLDER / "portraits").glob("*.webp"))


def open_portrait(name: str) -> Image.Image:
    """Open the portrait with this name, and return the image."""
    return Image.open(FOLDER / "portraits" / f"{name}.webp")


@cache
def load_contributors() -> dict[str, ContributorData]:
    """Return a mapping of keys to contributors."""
    return TypeAdapter(dict[str, ContributorData]).validate_python(read_yaml(FOLDER / "people.yaml"))


@cache
def load_about_pages() -> list[AboutPageData]:
    """Return the about pages. The pages in each language are in the order of the footer."""
    return TypeAdapter(list[AboutPageData]).validate_python(read_yaml(FOLDER / "about.yaml"))


@cache
def load_stories(today: date) -> dict[str, StoryData]:
    """Return a mapping of keys to stories, with ``today`` as the day of seeding. The front page's lead comes first.

    The key of a story is the part of its file name after the number.
    """
    return {
        path.stem.split("-", 1)[1]: _parse_story(read_yaml(path), today=today)
        for path in sorted((FOLDER / "stories").glob("*.yaml"))
    }


def _parse_story(content: Any, *, today: date) -> StoryData:
    with_dates = days.replace_tags(content, today=today, language=content.get("language", "en"))
    return StoryData.model_validate(with_dates, context={"today": today})
