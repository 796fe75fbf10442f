"""The parts of a comparison, in reading order."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from stories.documents import (
    SECTION_KINDS,
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
from stories.documents.compare import fields
from stories.documents.compare.comparison import ChangedPart, ChangedRow, State
from stories.documents.compare.fields import FieldSpec, compare_fields
from stories.documents.compare.match_rows import RowMatch, match_rows
from stories.documents.compare.texts import ComparisonContext
from stories.documents.schema import FREE, PAPERS


@dataclass(frozen=True, slots=True)
class RowKind[V]:
    """How rows of one kind are labelled, matched (first by uid, then by content) and compared."""

    label: Callable[[V], str]
    keys: Sequence[Callable[[V], Hashable]]
    specs: Sequence[FieldSpec[V]]


PASSAGES = RowKind[Passage](
    lambda it: "; ".join(outlet.name for outlet in it.outlets) or gettext("We compared"),
    (lambda it: it.uid, lambda it: (it.outlets, it.text), lambda it: it.text),
    fields.PASSAGE,
)
ANSWERS = RowKind[Answer](lambda it: it.question, (lambda it: it.uid, lambda it: it.question), fields.ANSWER)
QUESTIONS = RowKind[AskedQuestion](lambda it: it.question, (lambda it: it.uid, lambda it: it.question), fields.ASKED)
TOPICS = RowKind[NamedTopic](
    lambda it: it.name, (lambda it: it.uid, lambda it: (it.topic, it.name), lambda it: it.name), fields.TOPIC
)
PICTURES = RowKind[PlacedPicture](
    lambda it: it.alt or it.caption or gettext("Picture"), (lambda it: it.uid, lambda it: it.image), fields.PICTURE
)
BYLINE = RowKind[NamedContributor](lambda it: it.name, (lambda it: it.uid, lambda it: it.name), fields.CONTRIBUTOR)
SOURCES = RowKind[CitedArticle](
    lambda it: it.title or it.url, (lambda it: it.number, lambda it: it.article), fields.SOURCE
)
_SECTION_KEYS: tuple[Callable[[Section], Hashable], ...] = (
    lambda it: it.uid,
    lambda it: (it.heading, it.text) if it.kind == FREE.code else it.kind,
)


def compare_story_parts(old: Explainer | None, new: Explainer, *, reading: ComparisonContext) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order; one without a change has neither fields nor rows."""
    yield _fields("head", gettext("Headline and standfirst"), old, new, fields.HEAD, reading)
    yield _rows("byline", gettext("Byline"), old.byline if old else (), new.byline, BYLINE, reading)
    yield _lead(old.lead_picture if old else None, new.lead_picture, reading)
    yield from _sections(old, new, reading)
    yield _fields("headings", gettext("Headings"), old, new, fields.HEADINGS, reading)
    questions = old.questions if old else ()
    yield _rows("questions", new.headings.questions, questions, new.questions, QUESTIONS, reading)
    yield from _shared(old, new, new.headings.topics, reading)
    yield _fields("method_note", gettext("How this page was made"), old, new, fields.METHOD, reading)
    yield _rows("sources", gettext("Sources"), old.citations if old else (), new.citations, SOURCES, reading)
    yield _fields("other", gettext("Not on the page"), old, new, (*fields.EXPLAINER_OTHER, *fields.OTHER), reading)


def compare_question_parts(
    old: QuestionPage | None, new: QuestionPage, *, reading: ComparisonContext
) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order; one without a change has neither fields nor rows."""
    yield _fields("head", gettext("Question and introduction"), old, new, fields.QUESTION_HEAD, reading)
    yield _rows("answers", gettext("Answers"), old.answers if old else (), new.answers, ANSWERS, reading)
    yield from _shared(old, new, gettext("Topics"), reading)
    yield _rows("sources", gettext("Sources"), old.citations if old else (), new.citations, SOURCES, reading)
    yield _fields("other", gettext("Not on the page"), old, new, (*fields.QUESTION_OTHER, *fields.OTHER), reading)


def _shared(
    old: AnyDocument | None, new: AnyDocument, topics: str, reading: ComparisonContext
) -> Iterator[ChangedPart]:
    yield _rows("topics", topics, old.topics if old else (), new.topics, TOPICS, reading)
    pictures = old.pictures if old else ()
    yield _rows("pictures", gettext("Pictures"), pictures, new.pictures, PICTURES, reading)


def _fields[V](
    code: str, label: str, old: V | None, new: V, specs: Sequence[FieldSpec[V]], reading: ComparisonContext
) -> ChangedPart:
    found = compare_fields(old, new, specs, reading=reading)
    return ChangedPart(code, label, "added" if old is None and found else "edited", found)


def _lead(old: PlacedPicture | None, new: PlacedPicture | None, reading: ComparisonContext) -> ChangedPart:
    state: State = "edited"
    if (old is None) != (new is None):
        state = "added" if old is None else "removed"
    return ChangedPart(
        "lead_picture", gettext("Lead picture"), state, compare_fields(old, new, fields.PICTURE, reading=reading)
    )


def _rows[V](
    code: str, label: str, old: Sequence[V], new: Sequence[V], kind: RowKind[V], reading: ComparisonContext
) -> ChangedPart:
    rows = [_row(pair, code, kind, reading) for pair in match_rows(old, new, kind.keys)]
    changed = tuple(row for row in rows if row is not None)
    return ChangedPart(code, label, rows=changed, kept=len(rows) - len(changed))


def _row[V](pair: RowMatch[V], code: str, kind: RowKind[V], reading: ComparisonContext) -> ChangedRow | None:
    """Return the changed row, or None if it did not change."""
    found = compare_fields(pair.old, pair.new, kind.specs, reading=reading)
    state = _state(pair, changed=bool(found))
    if state is None:
        return None
    return ChangedRow(kind.label(pair.value), state, found, pair.was, pair.now, pair.is_moved, _key(code, pair))


def _key[V](code: str, pair: RowMatch[V]) -> str:
    """Return the prefix of the keys of a row's texts, or an empty string for a removed row."""
    if isinstance(pair.new, CitedArticle):
        return f"citations.{pair.new.number}"
    return f"{code}.{uid}" if (uid := getattr(pair.new, "uid", None)) else ""


def _state[V](pair: RowMatch[V], *, changed: bool) -> State | None:
    if pair.old is None:
        return "added"
    if pair.new is None:
        return "removed"
    if changed:
        return "edited"
    return "moved" if pair.is_moved else None


def _sections(old: Explainer | None, new: Explainer, reading: ComparisonContext) -> Iterator[ChangedPart]:
    """Yield the sections; the passages are rows of the *papers* section, or without one a part after all sections."""
    passages = _rows("passages", gettext("Passages"), old.passages if old else (), new.passages, PASSAGES, reading)
    has_place = False
    for pair in match_rows(old.sections if old else (), new.sections, _SECTION_KEYS):
        section = pair.value
        found = compare_fields(pair.old, pair.new, fields.SECTION, reading=reading)
        label = section.heading or SECTION_KINDS[section.kind].heading or gettext("Section")
        state = _state(pair, changed=bool(found)) or "edited"
        part = ChangedPart(
            "section", label, state, found, is_moved=pair.is_moved, now=pair.now, key=_key("sections", pair)
        )
        if section.kind == PAPERS.code and not has_place:
            has_place = True
            part = replace(part, rows=passages.rows, kept=passages.kept)
        yield part
    if not has_place:
        yield passages
