"""The parts of a comparison, in reading order."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext

from stories.documents import AnyDocument, Explainer, PlacedPicture, QuestionPage
from stories.documents.compare.comparison import ChangedField, ChangedPart, ChangedRow, State
from stories.documents.compare.fields import compare_fields, compared_fields
from stories.documents.compare.match_rows import RowMatch, match_rows
from stories.documents.compare.texts import ComparisonContext
from stories.documents.fields import FrozenModel, RowsSpec, row_specs
from stories.documents.schema import PAPERS
from stories.documents.walk import rows_in


def compare_story_parts(old: Explainer | None, new: Explainer, *, reading: ComparisonContext) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order; one without a change has neither fields nor rows."""
    yield _fields("head", gettext("Headline and standfirst"), old, new, reading)
    yield _rows("byline", gettext("Byline"), old, new, reading)
    yield _lead(old.lead_picture if old else None, new.lead_picture, reading)
    yield from _sections(old, new, reading)
    headings = compare_fields(old.headings if old else None, new.headings, reading=reading)
    yield ChangedPart("headings", gettext("Headings"), _state_of_fields(old, headings), headings)
    yield _rows("questions", new.headings.questions, old, new, reading)
    yield _rows("topics", new.headings.topics, old, new, reading)
    yield _rows("pictures", gettext("Pictures"), old, new, reading)
    yield _fields("method_note", gettext("How this page was made"), old, new, reading)
    yield _rows("citations", gettext("Sources"), old, new, reading)
    yield _fields("other", gettext("Not on the page"), old, new, reading)


def compare_question_parts(
    old: QuestionPage | None, new: QuestionPage, *, reading: ComparisonContext
) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order; one without a change has neither fields nor rows."""
    yield _fields("head", gettext("Question and introduction"), old, new, reading)
    yield _rows("answers", gettext("Answers"), old, new, reading)
    yield _rows("topics", gettext("Topics"), old, new, reading)
    yield _rows("pictures", gettext("Pictures"), old, new, reading)
    yield _rows("citations", gettext("Sources"), old, new, reading)
    yield _fields("other", gettext("Not on the page"), old, new, reading)


def _fields(
    code: str, label: str, old: AnyDocument | None, new: AnyDocument, reading: ComparisonContext
) -> ChangedPart:
    # The title and the address come before the texts.
    of_part = sorted(
        (field for field in compared_fields(type(new)) if field.part == code), key=lambda field: field.how == "text"
    )
    found = compare_fields(old, new, reading=reading, only=of_part)
    return ChangedPart(code, label, _state_of_fields(old, found), found)


def _state_of_fields(old: AnyDocument | None, found: tuple[ChangedField, ...]) -> State:
    return "added" if old is None and found else "edited"


def _lead(old: PlacedPicture | None, new: PlacedPicture | None, reading: ComparisonContext) -> ChangedPart:
    state: State = "edited"
    if (old is None) != (new is None):
        state = "added" if old is None else "removed"
    return ChangedPart("lead_picture", gettext("Lead picture"), state, compare_fields(old, new, reading=reading))


def _rows(name: str, label: str, old: AnyDocument | None, new: AnyDocument, reading: ComparisonContext) -> ChangedPart:
    spec = row_specs(type(new))[name]
    code = "sources" if name == "citations" else name
    before = rows_in(old, name, spec) if old else ()
    rows = [_row(pair, name, spec, reading) for pair in match_rows(before, rows_in(new, name, spec), spec.keys())]
    changed = tuple(row for row in rows if row is not None)
    return ChangedPart(code, label, rows=changed, unchanged_rows=len(rows) - len(changed))


def _row(pair: RowMatch[FrozenModel], name: str, spec: RowsSpec, reading: ComparisonContext) -> ChangedRow | None:
    """Return the changed row, or None if it did not change."""
    found = compare_fields(pair.old, pair.new, reading=reading)
    state = _state(pair, changed=bool(found))
    if state is None:
        return None
    return ChangedRow(
        spec.label_of(pair.value), state, found, pair.was, pair.now, pair.is_moved, _key(name, spec, pair.new)
    )


def _key(name: str, spec: RowsSpec, row: FrozenModel | None) -> str:
    """Return the prefix of the keys of a row's texts, or an empty string for a removed row."""
    return f"{name}.{getattr(row, spec.key)}" if row else ""


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
    passages = _rows("passages", gettext("Passages"), old, new, reading)
    spec = row_specs(Explainer)["sections"]
    has_place = False
    for pair in match_rows(old.sections if old else (), new.sections, spec.keys()):
        found = compare_fields(pair.old, pair.new, reading=reading)
        state = _state(pair, changed=bool(found)) or "edited"
        key = _key("sections", spec, pair.new)
        part = ChangedPart(
            "section", spec.label_of(pair.value), state, found, is_moved=pair.is_moved, now=pair.now, key=key
        )
        if pair.value.kind == PAPERS.code and not has_place:
            has_place = True
            part = replace(part, rows=passages.rows, unchanged_rows=passages.unchanged_rows)
        yield part
    if not has_place:
        yield passages
