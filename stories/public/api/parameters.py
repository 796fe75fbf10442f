"""Query parameters of the API: filters, cursors and fields, strictly validated and described for OpenAPI."""

import base64
import binascii
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal

from django.http import Http404, HttpRequest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from stories.public.api.schemas import (
    ForecastListed,
    ForecastState,
    Outlet,
    OutletKindCode,
    OutletListed,
    Question,
    QuestionListed,
    Result,
    SectionKind,
    Stage,
    Story,
    StoryListed,
    Topic,
    TopicKindCode,
    TopicListed,
)
from stories.public.pages.search.query import MAX_PAGES

KEY_PATTERN = r"^[^/\x00-\x20.?#]+$"
MAX_KEY_LENGTH = 200
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PAGE = re.compile(r"[1-9]\d?", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _parse_datetime(words: object) -> datetime:
    """Return the time that ``words`` represent (RFC 3339, 5.6), in UTC. Raise PydanticCustomError for other values."""
    if isinstance(words, str) and _DATETIME.fullmatch(words):
        try:
            return datetime.fromisoformat(words.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PydanticCustomError("moment", "Use an RFC 3339 time, such as 2026-11-25T08:00:00Z.")


def _parse_date(words: object) -> date:
    """Return the date that ``words`` represent (RFC 3339, 5.6). Raise PydanticCustomError for other values."""
    if isinstance(words, str) and _DAY.fullmatch(words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            pass
    raise PydanticCustomError("day", "Use an RFC 3339 date, such as 2026-11-25.")


def parse_page_cursor(cursor: str) -> int:
    """Return the number of the page of results that ``cursor`` represents, or 1 if ``cursor`` is empty.

    Raise Http404 if ``cursor`` is invalid.
    """
    if not cursor:
        return 1
    if not (_PAGE.fullmatch(cursor) and int(cursor) <= MAX_PAGES):
        raise Http404("The cursor names no place in this list.")
    return int(cursor)


def decode_name_cursor(cursor: str) -> str:
    """Return the folded name that ``encode_name_cursor`` encoded as ``cursor``.

    Raise Http404 if ``cursor`` is invalid.
    """
    try:
        name = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Http404("The cursor names no place in this list.") from error
    if "\x00" in name:
        raise Http404("The cursor names no place in this list.")
    return name


def encode_name_cursor(name: str) -> str:
    """Return the cursor for the rows after the folded name ``name``."""
    return base64.urlsafe_b64encode(name.encode()).decode()


def _describe_fields(schema: dict[str, Any], parameters: "type[Parameters]") -> None:
    schema["properties"]["fields"] = {
        "type": "array",
        "items": {"type": "string", "enum": list(parameters.item_schema.model_fields)},
        "minItems": 1,
        "description": "The properties to return, separated by commas. For a list, the properties of its items.",
        "example": list(parameters.item_schema.model_fields)[:2],
    }


# The names of these types appear in the description of the API, and in clients that are generated from it.
type Day = Annotated[date, BeforeValidator(_parse_date)]
type Moment = Annotated[datetime, BeforeValidator(_parse_datetime)]
type Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=MAX_KEY_LENGTH)]


class Parameters(BaseModel):
    """The parameter that every operation has: ``fields``, the properties to return. Unknown parameters are refused."""

    model_config = ConfigDict(frozen=True, json_schema_extra=_describe_fields)

    item_schema: ClassVar[type[BaseModel]]

    fields: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_parameters(cls, data: object, info: ValidationInfo) -> object:
        request: HttpRequest = info.context["request"] if info.context else HttpRequest()
        if unknown := sorted(request.GET.keys() - cls.model_fields.keys()):
            known = ", ".join(cls.model_fields)
            raise PydanticCustomError(
                "parameter",
                "Unknown parameter “{parameter}”. Use {known}.",
                {"parameter": unknown[0], "known": known},
            )
        return data

    @field_validator("fields")
    @classmethod
    def _refuse_unknown_fields(cls, words: str | None) -> str | None:
        known = cls.item_schema.model_fields
        if words is not None and (unknown := [name for name in words.split(",") if name not in known]):
            raise PydanticCustomError(
                "field",
                "Unknown field “{name}”. Use {known}.",
                {"name": unknown[0], "known": ", ".join(known)},
            )
        return words

    @property
    def selected_fields(self) -> set[str] | None:
        """The names of the requested fields, or None for all."""
        return None if self.fields is None else set(self.fields.split(","))


class ListParameters(Parameters):
    """The parameters of every paginated list."""

    limit: int = Field(20, ge=1, le=100, description="The maximum number of items.")
    cursor: str = Field(
        "", max_length=1_000, description="Where to begin: the `cursor` in the `next` of another response."
    )


class WorkListParameters(ListParameters):
    """The filters of the lists of stories and questions. They can be combined freely."""

    topic: Key | None = Field(None, description="Only pages on this topic: a slug or a uid.")
    outlet: Key | None = Field(None, description="Only pages that cite or compare this outlet: a slug or a uid.")
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Only pages in this language (BCP 47). `en` includes `en-GB`.",
    )
    since: Moment | None = Field(None, description="Only pages updated at this time or later.")
    until: Moment | None = Field(None, description="Only pages updated before this time.")


class StoryListParameters(WorkListParameters):
    """The parameters of the list of stories."""

    item_schema = StoryListed


class QuestionListParameters(WorkListParameters):
    """The parameters of the list of questions."""

    item_schema = QuestionListed

    state: Literal["open", "partly", "answered"] | None = Field(None, description="Only questions in this state.")
    expires_before: Day | None = Field(
        None, description="Only questions with an answer whose last valid day is before this day."
    )


class TopicListParameters(ListParameters):
    """The parameters of the list of topics."""

    item_schema = TopicListed

    kind: TopicKindCode | None = Field(None, description="Only topics of this kind.")


class OutletListParameters(ListParameters):
    """The parameters of the list of outlets."""

    item_schema = OutletListed

    kind: OutletKindCode | None = Field(None, description="Only outlets of this kind.")


class ForecastListParameters(ListParameters):
    """The parameters of the list of forecasts."""

    item_schema = ForecastListed

    state: ForecastState | None = Field(None, description="Only forecasts in this state.")
    speaker: str = Field(
        "", max_length=200, description="Only forecasts by this speaker, whatever its case and accents."
    )
    due_before: Day | None = Field(None, description="Only forecasts that can be checked before this day.")


class StoryParameters(Parameters):
    """The parameters of one story."""

    item_schema = Story


class QuestionParameters(Parameters):
    """The parameters of one question."""

    item_schema = Question


class TopicParameters(Parameters):
    """The parameters of one topic."""

    item_schema = Topic


class OutletParameters(Parameters):
    """The parameters of one outlet."""

    item_schema = Outlet


class HistoryParameters(Parameters):
    """The parameters of the list of editions of a work."""

    item_schema = Stage


class SearchParameters(ListParameters):
    """The parameters of a search."""

    item_schema = Result

    q: str = Field(
        "", max_length=10_000, description="Words, “exact phrases” in quotation marks, and -words to exclude."
    )
    kind: Literal["story", "question", "topic", "outlet"] | None = Field(None, description="Only results of this kind.")
    topic: Key | None = Field(None, description="Only pages on this topic: a slug or a uid.")
    outlet: Key | None = Field(None, description="Only pages that name this outlet: a slug or a uid.")
    section: SectionKind | None = Field(None, description="Only stories that match in a section of this kind.")
    since: Day | None = Field(None, description="Only pages updated on this day (UTC) or later.")
    until: Day | None = Field(None, description="Only pages updated on this day (UTC) or earlier.")
