"""Schemas of the API's responses: stories, questions, topics, outlets and search results, alone and in lists."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from stories.documents.schema import AnswerState

type WebAddress = str
type Language = Annotated[str, Field(description="A language tag (BCP 47).", examples=["en"])]
MayHaveChanged = Annotated[
    bool, Field(description="Whether the short answer has expired, or every answer that expires has.")
]
type ChangeKind = Literal[
    "first", "update", "correction", "clarification", "minor", "return", "withdrawal", "expiry"
]  # fmt: skip
type ClaimKind = Literal["figure", "date", "quotation", "attribution", "fact"]
type ClaimDifference = Literal[
    "contradiction", "figure", "date", "wording", "attribution", "alone", "omission", "agree"
]  # fmt: skip
type ForecastState = Literal["open", "came_true", "in_part", "not_true", "void"]
type SpeakerKind = Literal["official", "institution", "outlet", "expert", "we"]
type SectionKind = Literal[
    "happened", "behind", "papers", "background", "timeline", "people", "unknowns", "next", "free"
]  # fmt: skip


class Value(BaseModel):
    """A part of a response; every property is always present."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _selectable(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class Selectable(Value):
    """A schema from which the parameter ``fields`` selects properties; without it, every property is present."""

    model_config = ConfigDict(json_schema_extra=_selectable)


class Reference(Value):
    """An object with a page of its own."""

    name: str = Field(description="The headline, question or name.", examples=["Port Lisle"])
    url: WebAddress = Field(description="The page.")
    api_url: WebAddress = Field(description="The page as data.")


class Named(Value):
    """A topic or an outlet under the name used here. It has no addresses while it has no page."""

    name: str = Field(description="The name used here.")
    url: WebAddress | None = Field(description="The page; null while it has none.")
    api_url: WebAddress | None = Field(description="The page as data; null while it has none.")


class TopicNamed(Named):
    """A topic that a story or question names."""

    description: str = Field(description="The description on this page, or else the topic's own, as plain text.")


class OutletNamed(Named):
    """An outlet that a passage names or that is cited."""

    country: str = Field(description="Empty if unknown.", examples=["Vessara"])


class Picture(Value):
    """A picture; ``url`` is a JPEG of at most 960 pixels in width."""

    url: WebAddress = Field(description="The address of the picture.")
    alt: str = Field(description="The alternative text.")
    credit: str = Field(description="Whom to credit for the picture; empty if nobody is named.")


class EditionNow(Value):
    """The edition of the page."""

    number: int = Field(description="The number of the edition, from 1.", ge=1)
    label: str = Field(description="The label that readers see.", examples=["3"])
    change: ChangeKind = Field(description="What kind of change made the edition.")
    note: str = Field(description="The note to readers about the change.")
    public_from: datetime = Field(description="When the edition became public.")
    public_until: datetime | None = Field(description="When the next edition replaced it; null while it is live.")


class Source(Value):
    """A cited article, with the number that readers see."""

    number: int = Field(description="The number that readers see, from 1.", ge=1)
    title: str = Field(description="The headline of the article.")
    url: WebAddress = Field(description="The address of the article.")
    outlet: OutletNamed = Field(description="The outlet that published it.")
    published_on: date | None = Field(description="The day on which it was published; null if unknown.")
    author: str = Field(description="The author as the outlet names them; empty if it names nobody.")
    paywalled: bool = Field(description="Whether readers have to pay for the article.")


class Passage(Value):
    """The report of one or more outlets or, without outlets, our own comparison of the reports."""

    outlets: list[OutletNamed] = Field(description="The outlets that report this; empty for our own comparison.")
    html: str = Field(description="The text as HTML.")
    text: str = Field(description="The same as plain text, without citations.")
    sources: list[int] = Field(description="The numbers of its sources.")


class Figure(Value):
    """A figure of *In figures*."""

    figure: str = Field(description="The number as printed.", examples=["4,200"])
    counts: str = Field(description="What it counts.", examples=["homes evacuated"])
    according_to: str = Field(description="Who gives the figure; empty if it is not said.")
    as_of: date | None = Field(description="The day for which the figure holds; null if it is not said.")
    source: int | None = Field(description="The number of its source.")


class Section(Value):
    """A part of the story under a heading. *What the papers say* has passages instead of a text, *In figures* has figures."""

    kind: SectionKind = Field(description="What the section is about; `free` has a heading of its own.")
    url: WebAddress = Field(description="The address of this section on the page.")
    heading: str = Field(description="The heading of the section.")
    html: str = Field(description="The text as HTML; empty if the section has passages.")
    text: str = Field(description="The same as plain text, without citations.")
    sources: list[int] = Field(description="The numbers of the sources it cites.")
    passages: list[Passage] = Field(description="What the papers say; empty in other sections.")
    figures: list[Figure] = Field(description="The figures of *In figures*; empty in other sections.")


class ClaimReport(Value):
    """An outlet that was read for a point and does not say what the point is: it is silent, or not clear."""

    outlet: OutletNamed = Field(description="The outlet.")
    source: int | None = Field(description="The number of the article that was read, among the sources.")
    as_of: date | None = Field(description="The day on which the article was read.")


class ClaimStatement(ClaimReport):
    """What one outlet says about a point."""

    stance: Literal["says", "denies"] = Field(description="Whether the outlet says this or denies it.")
    value: str = Field(description="The value as printed.", examples=["some 4,200"])
    when: str = Field(
        description="The month, day, minute or time of day that it names, in ISO 8601; empty if none.",
        examples=["2026-11-09T03:55", "T03:55"],
    )
    source: int | None = Field(description="The number of its source.")
    quotation: str = Field(description="The quoted words; empty if there are none.")
    attributed_to: str = Field(description="From whom the outlet has it; empty if it names nobody.")
    as_of: date | None = Field(description="The day for which this holds, if it is not that of the point.")


class ClaimGroup(Value):
    """The outlets that say or deny the same value."""

    value: str = Field(description="The value as the first outlet printed it.", examples=["some 4,200"])
    low: str = Field(
        description="The lower end of the range, as a decimal number; empty if it has none.", examples=["4200"]
    )
    high: str = Field(description="The upper end of the range, likewise.", examples=["4200"])
    approximate: bool = Field(description="Whether the value is approximate.")
    cells: list[ClaimStatement] = Field(description="What each outlet says, in the order of the page.")


class Claim(Value):
    """A point on which the story compares outlets."""

    uid: UUID = Field(description="The uid of the point, which stays the same in later editions.")
    claim: str = Field(description="The point.", examples=["Homes emptied"])
    kind: ClaimKind = Field(description="What the values are.")
    unit: str = Field(description="The unit of the values; empty if they have none.", examples=["homes"])
    as_of: date | None = Field(description="The day as of which the outlets are compared.")
    brief: str = Field(
        description="The line for the top of the page.", examples=["Homes emptied (some 4,200 or about 6,000)"]
    )
    difference: ClaimDifference = Field(description="The kind of difference between the outlets.")
    note_html: str = Field(description="Why the outlets differ; empty if it is not said.")
    url: WebAddress = Field(description="The address of the point on the page.")
    groups: list[ClaimGroup] = Field(description="The values that outlets give, the most frequent first.")
    silent: list[ClaimReport] = Field(description="The outlets that do not mention the point.")
    unclear: list[ClaimReport] = Field(description="The outlets that are not clear about the point.")
    not_compared: list[OutletNamed] = Field(
        description="The other outlets of the story. They were not compared on this point."
    )


class Forecast(Value):
    """A forecast in a story: who expected what by which day, and how it was decided."""

    uid: UUID = Field(description="The uid of the forecast, which stays the same in later editions.")
    url: WebAddress = Field(description="The address of this forecast on the page.")
    speaker: str = Field(description="Who expects it.", examples=["Finance ministry"])
    speaker_kind: SpeakerKind = Field(description="What the speaker is; “we” are the editors of this site.")
    said_on: date | None = Field(description="The day on which it was said.")
    source: int | None = Field(description="The number of its source.")
    quotation: str = Field(description="The words of the speaker; empty if they are not quoted.")
    expected: str = Field(description="What is expected, as a sentence that can be checked.")
    due_on: date | None = Field(description="The day by which it can be checked.")
    chance: int | None = Field(description="The chance in percent that the speaker named.", ge=0, le=100)
    low: str = Field(description="The lower end of the expected range, as a decimal number; empty if none.")
    high: str = Field(description="The upper end of the expected range, as a decimal number; empty if none.")
    unit: str = Field(description="The unit of the range; empty if it has none.")
    state: ForecastState = Field(description="How it was decided; “void” if its outcome cannot be judged.")
    past_due: bool = Field(description="Whether its day has passed while its outcome is not recorded.")
    outcome_html: str = Field(description="What happened, with the citation of its source; empty while it is open.")
    outcome: str = Field(description="What happened, as plain text without citations.")
    outcome_source: int | None = Field(description="The number of the source of the outcome.")
    decided_on: date | None = Field(description="The day on which it was decided.")


class QuestionNamed(Value):
    """A common question as a story asks it. It has no addresses while it has no page."""

    question: str = Field(description="The question as the story asks it.")
    teaser: str = Field(description="The line below the question; empty if there is none.")
    as_of: date | None = Field(description="The latest date of its short answer and its answers.")
    state: AnswerState = Field(description="The present state of the question; empty if it has none.")
    may_have_changed: MayHaveChanged
    url: WebAddress | None = Field(description="The page of the question; null while it has none.")
    api_url: WebAddress | None = Field(description="The page as data; null while it has none.")


class Answer(Value):
    """One part of the answer to a common question."""

    question: str = Field(description="The narrower question.")
    url: WebAddress = Field(description="The address of this answer on the page.")
    html: str = Field(description="The answer as HTML.")
    text: str = Field(description="The same as plain text, without citations.")
    as_of: date | None = Field(description="The date of the answer.")
    state: AnswerState = Field(description="The state of this narrower question; empty if it has none of its own.")
    expires_on: date | None = Field(description="The last day on which the answer is valid.")
    may_have_changed: bool = Field(description="Whether the answer has expired.")


class Correction(Value):
    """A correction: what was wrong on the page, and what is right."""

    corrected_at: datetime = Field(description="When the correction became public.")
    was_wrong: str = Field(description="The wrong words.")
    is_right: str = Field(description="The right words.")
    note: str = Field(description="The note to readers about the correction; empty if there is none.")
    url: WebAddress = Field(description="The corrected edition.")
    api_url: WebAddress = Field(description="The corrected edition as data.")


class Translation(Value):
    """The same page in another language."""

    language: Language
    name: str = Field(description="The name of the language in the language itself.", examples=["Deutsch"])
    url: WebAddress = Field(description="The page in that language.")
    api_url: WebAddress = Field(description="The page as data.")


class Piece(Value):
    """A piece of a text. ``hit`` is true if it matches the query."""

    words: str = Field(description="The words of the piece.")
    hit: bool = Field(description="Whether they match the query.")


class Stage(Selectable):
    """An edition that has been public, or a notice that replaced one."""

    number: int | None = Field(description="The number of the edition, from 1; null for a notice.")
    label: str | None = Field(description="The label that readers see; null for a notice.", examples=["3"])
    change: ChangeKind = Field(description="What kind of change made the edition or notice.")
    title: str = Field(description="The headline or question; empty for a notice.")
    note: str = Field(description="The note to readers about the change; empty if there is none.")
    was_wrong: str = Field(description="The wrong words, for a correction; otherwise empty.")
    is_right: str = Field(description="The right words, for a correction; otherwise empty.")
    notice: str = Field(description="Why the page was withdrawn; empty for an edition.")
    public_from: datetime = Field(description="When it became public.")
    public_until: datetime | None = Field(description="When it was replaced; null while it is live.")
    url: WebAddress | None = Field(description="The page of the edition; null if it has none.")
    api_url: WebAddress | None = Field(description="The page as data; null if it has none.")


type TopicKindCode = Literal["person", "organisation", "place", "event", "subject"]
type OutletKindCode = Literal["newspaper", "broadcaster", "agency", "magazine", "online", "trade"]


class Addressed(Selectable):
    """A schema with a uid, which does not change when the address does."""

    uid: UUID = Field(description="The uid, which does not change when the address does.")
    url: WebAddress = Field(description="The page.")
    api_url: WebAddress = Field(description="The page as data.")


class Written(Addressed):
    """The properties that stories and questions share."""

    language: Language
    direction: Literal["ltr", "rtl"] = Field(description="The writing direction.")
    published_at: datetime = Field(description="When it was first published.")
    updated_at: datetime = Field(description="The date and time that readers see as “Updated”.")


class StoryListed(Written):
    """A story in a list."""

    headline: str = Field(
        description="The headline.", examples=["Why the north pier of Port Lisle is closed to lorries"]
    )
    summary: str = Field(description="The summary as plain text.")
    edition: str = Field(description="The label of the live edition.", examples=["3"])
    reading_minutes: int = Field(description="The time to read it, in minutes.")
    outlet_count: int = Field(description="The number of outlets whose reports it compares.")
    picture: Picture | None = Field(description="The lead picture; null if there is none.")
    topics: list[Reference] = Field(description="The topics of the story.")


class Author(Value):
    """An author in the byline of a story."""

    name: str = Field(description="The name in the byline.", examples=["Ana Kestrel"])
    url: str | None = Field(description="The address of the author’s page; null if it is not public.")


class Story(Written):
    """A story as readers see it: its full text, its sources, and links to related content."""

    headline: str = Field(description="The headline.")
    summary: str = Field(description="The summary as plain text.")
    summary_html: str = Field(description="The summary as HTML.")
    byline: list[str] = Field(description="The names in the byline.")
    authors: list[Author] = Field(description="The names in the byline, with the addresses of their pages.")
    edition: EditionNow = Field(description="The edition shown.")
    reading_minutes: int = Field(description="The time to read it, in minutes.")
    outlet_count: int = Field(description="The number of outlets whose reports it compares.")
    picture: Picture | None = Field(description="The lead picture; null if there is none.")
    sections: list[Section] = Field(description="In page order, without the section used as the summary.")
    claims: list[Claim] = Field(description="The points on which outlets are compared, in page order.")
    sources: list[Source] = Field(description="The cited articles, by number.")
    forecasts: list[Forecast] = Field(description="What was expected, in page order.")
    questions: list[QuestionNamed] = Field(description="The common questions that the story asks.")
    topics: list[TopicNamed] = Field(description="The topics of the story.")
    corrections: list[Correction] = Field(description="Newest first.")
    method_html: str = Field(description="How this page was made.")
    related: list[Reference] = Field(description="The stories that share the most topics with it.")
    translations: list[Translation] = Field(description="The same story in other languages.")


class QuestionListed(Written):
    """A common question in a list."""

    question: str = Field(description="The question.", examples=["May lorries use the north pier again?"])
    summary: str = Field(description="The summary as plain text.")
    as_of: date = Field(
        description="The latest date of its short answer and its answers, or else the date of the update."
    )
    state: AnswerState = Field(description="The state of the question; empty if it has none.")
    open_since: date | None = Field(description="The day since which the question is open.")
    first_expires_on: date | None = Field(description="The first day on which one of its answers expires.")
    may_have_changed: MayHaveChanged
    edition: str = Field(description="The label of the live edition.", examples=["1"])
    topics: list[Reference] = Field(description="The topics of the question.")


class Question(Written):
    """A common question with its answers, as readers see it."""

    question: str = Field(description="The question.")
    short_answer_html: str = Field(description="The short answer as HTML; empty if there is none.")
    short_answer: str = Field(description="The short answer as plain text; empty if there is none.")
    short_answer_as_of: date | None = Field(description="The day on which the short answer was true.")
    short_answer_expires_on: date | None = Field(description="The last day on which the short answer is valid.")
    state: AnswerState = Field(description="The state of the question; empty if it has none.")
    open_since: date | None = Field(description="The day since which the question is open.")
    missing_html: str = Field(description="What would answer the question, as HTML; empty once it is answered.")
    missing: str = Field(description="What would answer the question, as plain text; empty once it is answered.")
    could_answer: str = Field(description="Who could answer the question; empty once it is answered.")
    may_have_changed: MayHaveChanged
    introduction_html: str = Field(description="The introduction to the answers as HTML; empty if there is none.")
    introduction: str = Field(description="The same as plain text, without citations.")
    answers: list[Answer] = Field(description="The answers to its narrower questions, in page order.")
    as_of: date | None = Field(description="The latest date of its short answer and its answers.")
    edition: EditionNow = Field(description="The edition shown.")
    sources: list[Source] = Field(description="The cited articles, by number.")
    topics: list[TopicNamed] = Field(description="The topics of the question.")
    stories: list[Reference] = Field(description="The stories that ask it, newest first, at most twenty.")
    corrections: list[Correction] = Field(description="Newest first.")
    translations: list[Translation] = Field(description="The same question in other languages.")


class TopicListed(Addressed):
    """A topic that a live page names."""

    name: str = Field(description="The name of the topic.", examples=["Port Lisle"])
    kind: TopicKindCode = Field(description="The kind of topic.")
    story_count: int = Field(
        description="The number of live stories on this topic, counted up to 100 in lists and up to 1,000 elsewhere."
    )
    story_count_is_capped: bool = Field(description="Whether there are more.")
    latest_at: datetime | None = Field(description="The latest update of these stories.")


class Topic(TopicListed):
    """A topic with its description."""

    description: str = Field(description="The description as plain text; empty if there is none.")
    description_html: str = Field(description="The description as HTML; empty if there is none.")
    picture: Picture | None = Field(description="The picture of the topic; null if there is none.")
    wikipedia: str = Field(description="The address of the Wikipedia article; empty if unknown.")
    wikidata: str = Field(description="The Wikidata item, such as Q42; empty if unknown.", examples=["Q42"])
    stories_api_url: WebAddress = Field(description="The stories on this topic.")
    questions_api_url: WebAddress = Field(description="The questions on this topic.")


class OutletListed(Addressed):
    """An outlet that a live page names."""

    name: str = Field(description="The name of the outlet.", examples=["The Lisle Courier"])
    kind: OutletKindCode = Field(description="The kind of outlet.")
    country: str = Field(description="The country of the outlet; empty if unknown.")
    story_count: int = Field(
        description="The number of live stories that cite it, counted up to 100 in lists and up to 1,000 elsewhere."
    )
    story_count_is_capped: bool = Field(description="Whether there are more.")


class Outlet(OutletListed):
    """An outlet with its description."""

    language: str = Field(description="The language in which it publishes; empty if unknown.")
    home_page: str = Field(description="The address of its home page; empty if unknown.")
    owner: str = Field(description="Who owns the outlet; empty if unknown.")
    description: str = Field(description="The description as plain text; empty if there is none.")
    description_html: str = Field(description="The description as HTML; empty if there is none.")
    stories_api_url: WebAddress = Field(description="The stories that cite it.")


class ForecastListed(Selectable):
    """A forecast in a list. Of a withdrawn story, one void forecast without names and words remains."""

    uid: UUID = Field(description="The uid of the forecast or, if it was withdrawn, of the story.")
    url: WebAddress = Field(description="The forecast on the page of its story, or the notice of a withdrawn story.")
    story: Reference = Field(description="Its story; without a name if it was withdrawn.")
    language: Language
    speaker: str = Field(description="Who expects it; empty if it was withdrawn.", examples=["Finance ministry"])
    speaker_kind: SpeakerKind | None = Field(description="What the speaker is; null if it was withdrawn.")
    expected: str = Field(description="What is expected; empty if it was withdrawn.")
    due_on: date | None = Field(description="The day by which it can be checked.")
    chance: int | None = Field(description="The chance in percent that the speaker named.", ge=0, le=100)
    state: ForecastState = Field(description="How it was decided; “void” if its outcome cannot be judged.")
    past_due: bool = Field(description="Whether its day has passed while its outcome is not recorded.")
    decided_on: date | None = Field(description="When it was decided, or when its story was withdrawn.")
    withdrawn: bool = Field(description="Whether its story was withdrawn.")


class Result(Addressed):
    """A search result, with its title and an excerpt, each as a text and in pieces."""

    kind: Literal["story", "question", "topic", "outlet"] = Field(description="What was found.")
    title: str = Field(description="The headline, question or name.")
    title_pieces: list[Piece] = Field(description="The title in pieces.")
    excerpt: str = Field(description="The words that match the query, with those around them.")
    excerpt_pieces: list[Piece] = Field(description="The excerpt in pieces.")
    day: date | None = Field(description="The date of the update of a story, or of the answers to a question.")
    language: str = Field(description="Empty for topics and outlets.")


class _Page(Value):
    next: WebAddress | None = Field(description="The address of the next page; null on the last page.")


class StoryPage(_Page):
    """A page of stories, most recently updated first."""

    items: list[StoryListed] = Field(description="The stories on this page.")


class QuestionPage(_Page):
    """A page of questions, most recently updated first."""

    items: list[QuestionListed] = Field(description="The questions on this page.")


class TopicPage(_Page):
    """A page of topics, ordered by name."""

    items: list[TopicListed] = Field(description="The topics on this page.")


class OutletPage(_Page):
    """A page of outlets, ordered by name."""

    items: list[OutletListed] = Field(description="The outlets on this page.")


class ForecastPage(_Page):
    """A page of forecasts, ordered by the day by which each can be checked."""

    items: list[ForecastListed] = Field(description="The forecasts on this page.")


class ResultPage(_Page):
    """A page of search results, most relevant first."""

    items: list[Result] = Field(description="The results on this page.")
    total: int = Field(description="The number of results.", ge=0)
    total_is_capped: bool = Field(description="Whether there are more.")
    did_you_mean: str = Field(
        description="The corrected query, if nothing was found for the original; otherwise empty."
    )


class History(Value):
    """All editions of a page that have been public and the notices between them, newest first."""

    items: list[Stage] = Field(description="The editions and notices.")
