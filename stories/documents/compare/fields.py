"""The fields of each value in a document, with their labels and the way in which they are compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import formats
from django.utils.translation import gettext, gettext_noop, pgettext

from newsroom.text.join import join_list
from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.compare.comparison import ChangedField
from stories.documents.compare.texts import ComparisonContext, compare_lines, compare_texts, compare_values

type Comparator = Literal["text", "line", "value", "numbers", "other", "small"]


@dataclass(frozen=True, slots=True)
class FieldSpec[V]:
    """A field of a value.

    ``how`` is the comparison: as Markdown (``text``), as plain words (``line``), as a whole (``value``) or as a list of
    citation ``numbers``. Of ``other`` and ``small`` fields only the label is shown; readers see no change of a
    ``small`` one. ``read`` returns the field as text. A field is left out if the field ``otherwise`` has changed.
    """

    code: str
    label: str
    how: Comparator
    read: Callable[[V], str]
    otherwise: str = ""


def compare_fields[V](
    old: V | None, new: V | None, specs: Sequence[FieldSpec[V]], *, reading: ComparisonContext
) -> tuple[ChangedField, ...]:
    """Return the fields that differ between two values, or all fields with a text if one of the values is None."""
    found: dict[str, ChangedField] = {}
    for spec in specs:
        before = spec.read(old) if old is not None else ""
        after = spec.read(new) if new is not None else ""
        if before == after or spec.otherwise in found:
            continue
        label = gettext(spec.label)
        match spec.how:
            case "text":
                found[spec.code] = compare_texts(spec.code, label, before, after, reading=reading)
            case "line":
                found[spec.code] = compare_lines(spec.code, label, before, after, reading=reading)
            case "value":
                found[spec.code] = compare_values(spec.code, label, before, after)
            case "numbers":
                shown = reading.numbered(before, reading.numbers_before), reading.numbered(after, reading.numbers_after)
                found[spec.code] = compare_values(spec.code, label, *shown)
            case _ if old is not None and new is not None:
                found[spec.code] = ChangedField(spec.code, label, is_small=spec.how == "small")
    return tuple(found.values())


def _day(day: date | None) -> str:
    return formats.date_format(day, pgettext("date", "j F Y")) if day else ""


def _details(cited: CitedArticle) -> str:
    return join_list((cited.outlet.name, _day(cited.published_on), cited.author))


def _yes(answer: bool) -> str:
    return gettext("Yes") if answer else gettext("No")


def _of(code: str) -> Callable[[object], str]:
    return lambda value: str(getattr(value, code))


def _text[V](code: str, label: str) -> FieldSpec[V]:
    return FieldSpec(code, label, "text", _of(code))


def _line[V](code: str, label: str) -> FieldSpec[V]:
    return FieldSpec(code, label, "line", _of(code))


def _small[V](code: str, label: str, otherwise: str = "", of: str = "") -> FieldSpec[V]:
    return FieldSpec(code, label, "small", lambda value: repr(getattr(value, of or code)), otherwise)


_UID = gettext_noop("Its number inside the newsroom")

HEAD: tuple[FieldSpec[Explainer], ...] = (
    _line("headline", gettext_noop("Headline")),
    FieldSpec("slug", gettext_noop("Address"), "value", _of("slug")),
    FieldSpec("language", gettext_noop("Language"), "value", _of("language")),
    _text("standfirst", gettext_noop("Standfirst")),
)
QUESTION_HEAD: tuple[FieldSpec[QuestionPage], ...] = (
    _line("question", gettext_noop("Question")),
    FieldSpec("slug", gettext_noop("Address"), "value", _of("slug")),
    FieldSpec("language", gettext_noop("Language"), "value", _of("language")),
    _text("introduction", gettext_noop("Introduction")),
)
HEADINGS: tuple[FieldSpec[Explainer], ...] = (
    FieldSpec(
        "deeper", gettext_noop("Heading of what comes after the sections"), "line", lambda it: it.headings.deeper
    ),
    FieldSpec("questions", gettext_noop("Heading of the questions"), "line", lambda it: it.headings.questions),
    FieldSpec("topics", gettext_noop("Heading of the topics"), "line", lambda it: it.headings.topics),
)
METHOD: tuple[FieldSpec[Explainer], ...] = (_text("method_note", gettext_noop("How this page was made")),)
OTHER: tuple[FieldSpec[AnyDocument], ...] = (
    _small("cut_off", gettext_noop("Whether the text breaks off")),
    _small("uid", _UID),
)
EXPLAINER_OTHER: tuple[FieldSpec[Explainer], ...] = (
    _small("headline_confirmed", gettext_noop("Whether the headline is confirmed")),
)
QUESTION_OTHER: tuple[FieldSpec[QuestionPage], ...] = (
    _small("question_confirmed", gettext_noop("Whether the question is confirmed")),
)
SECTION: tuple[FieldSpec[Section], ...] = (
    _line("heading", gettext_noop("Heading")),
    _text("text", gettext_noop("Text")),
    FieldSpec("kind", gettext_noop("Another kind of section"), "other", _of("kind")),
    _small("uid", _UID),
)
PASSAGE: tuple[FieldSpec[Passage], ...] = (
    FieldSpec("outlets", gettext_noop("Outlets"), "line", lambda it: "; ".join(outlet.name for outlet in it.outlets)),
    _text("text", gettext_noop("Passage")),
    FieldSpec("sources", gettext_noop("Draws on sources"), "numbers", lambda it: ", ".join(map(str, it.sources))),
    _small("outlets_behind", gettext_noop("Which outlets the names lead to"), "outlets", "outlets"),
    _small("opens_paragraph", gettext_noop("Whether a paragraph begins with it in plain text")),
    _small("uid", _UID),
)
ASKED: tuple[FieldSpec[AskedQuestion], ...] = (
    _line("question", gettext_noop("Question")),
    _text("teaser", gettext_noop("Teaser")),
    FieldSpec("uid", gettext_noop("Leads to another question"), "other", _of("uid")),
)
ANSWER: tuple[FieldSpec[Answer], ...] = (
    _line("question", gettext_noop("Question")),
    _text("text", gettext_noop("Answer")),
    FieldSpec("as_of", gettext_noop("As of"), "value", lambda it: _day(it.as_of)),
    _small("uid", _UID),
)
TOPIC: tuple[FieldSpec[NamedTopic], ...] = (
    _line("name", gettext_noop("Name")),
    _text("description", gettext_noop("Description")),
    _small("topic", gettext_noop("Which topic the name leads to"), "name"),
    _small("explain", gettext_noop("Whether its first mention is explained")),
    _small("uid", _UID),
)
PICTURE: tuple[FieldSpec[PlacedPicture], ...] = (
    FieldSpec("image", gettext_noop("Another picture"), "other", _of("image")),
    _line("alt", gettext_noop("Alternative text")),
    FieldSpec(
        "decorative", gettext_noop("Decorative"), "value", lambda it: _yes(it.decorative) if it.decorative else ""
    ),
    _text("caption", gettext_noop("Caption")),
    _line("credit", gettext_noop("Credit")),
    _small("uid", _UID),
)
CONTRIBUTOR: tuple[FieldSpec[NamedContributor], ...] = (_line("name", gettext_noop("Name")), _small("uid", _UID))
SOURCE: tuple[FieldSpec[CitedArticle], ...] = (
    _line("title", gettext_noop("Title")),
    FieldSpec("details", gettext_noop("Outlet, date and author"), "line", _details),
    FieldSpec("url", gettext_noop("Web address"), "value", _of("url")),
    FieldSpec(
        "paywalled", gettext_noop("Behind a paywall"), "value", lambda it: _yes(it.paywalled) if it.paywalled else ""
    ),
    FieldSpec("number", gettext_noop("Another number in this work"), "other", _of("number")),
    _small("outlet", gettext_noop("Which outlet the name leads to"), "details"),
    _small("published_on", gettext_noop("Day of publication"), "details"),
    _small("author", gettext_noop("Author"), "details"),
    _small("article", gettext_noop("Which article it is")),
)
