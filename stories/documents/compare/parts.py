"""Comparison of two documents part by part, in reading order."""

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


def compare_story_parts(old: Explainer | None, new: Explainer, *, context: ComparisonContext) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order. An unchanged part has neither fields nor rows."""
    yield _compare_own_fields("head", gettext("Headline and standfirst"), old, new, context)
    yield _compare_rows("byline", gettext("Byline"), old, new, context)
    yield _compare_lead_picture(old.lead_picture if old else None, new.lead_picture, context)
    yield from _compare_sections(old, new, context)
    yield _compare_rows("claims", gettext("Where the papers agree and differ"), old, new, context)
    yield _compare_rows("figures", gettext("In figures"), old, new, context)
    yield _compare_rows("forecasts", gettext("What was expected"), old, new, context)
    headings = compare_fields(old.headings if old else None, new.headings, context=context)
    yield ChangedPart("headings", gettext("Headings"), _state_of_fields(old, headings), headings)
    yield _compare_rows("questions", new.headings.questions, old, new, context)
    yield _compare_rows("topics", new.headings.topics, old, new, context)
    yield _compare_rows("pictures", gettext("Pictures"), old, new, context)
    yield _compare_own_fields("method_note", gettext("How this page was made"), old, new, context)
    yield _compare_rows("citations", gettext("Sources"), old, new, context)
    yield _compare_rows("origins", gettext("Origins of the reports"), old, new, context)
    yield _compare_own_fields("other", gettext("Not on the page"), old, new, context)


def compare_question_parts(
    old: QuestionPage | None, new: QuestionPage, *, context: ComparisonContext
) -> Iterator[ChangedPart]:
    """Yield every part of both documents in reading order. An unchanged part has neither fields nor rows."""
    yield _compare_own_fields("head", gettext("Question, short answer and introduction"), old, new, context)
    yield _compare_rows("answers", gettext("Answers"), old, new, context)
    yield _compare_rows("topics", gettext("Topics"), old, new, context)
    yield _compare_rows("pictures", gettext("Pictures"), old, new, context)
    yield _compare_rows("citations", gettext("Sources"), old, new, context)
    yield _compare_own_fields("other", gettext("Not on the page"), old, new, context)


def _compare_own_fields(
    code: str, label: str, old: AnyDocument | None, new: AnyDocument, context: ComparisonContext
) -> ChangedPart:
    # The title and the address come before the texts.
    fields = sorted(
        (field for field in compared_fields(type(new)) if field.part == code),
        key=lambda field: field.comparator == "text",
    )
    changed_fields = compare_fields(old, new, context=context, only=fields)
    return ChangedPart(code, label, _state_of_fields(old, changed_fields), changed_fields)


def _state_of_fields(old: AnyDocument | None, changed_fields: tuple[ChangedField, ...]) -> State:
    return "added" if old is None and changed_fields else "edited"


def _compare_lead_picture(
    old: PlacedPicture | None, new: PlacedPicture | None, context: ComparisonContext
) -> ChangedPart:
    state: State = "edited"
    if (old is None) != (new is None):
        state = "added" if old is None else "removed"
    return ChangedPart("lead_picture", gettext("Lead picture"), state, compare_fields(old, new, context=context))


def _compare_rows(
    name: str, label: str, old: AnyDocument | None, new: AnyDocument, context: ComparisonContext
) -> ChangedPart:
    spec = row_specs(type(new))[name]
    code = "sources" if name == "citations" else name
    before = rows_in(old, name, spec) if old else ()
    rows = [
        _compare_row(match, name, spec, context) for match in match_rows(before, rows_in(new, name, spec), spec.keys())
    ]
    changed = tuple(row for row in rows if row is not None)
    return ChangedPart(code, label, rows=changed, unchanged_rows=len(rows) - len(changed))


def _compare_row(
    match: RowMatch[FrozenModel], name: str, spec: RowsSpec, context: ComparisonContext
) -> ChangedRow | None:
    """Return the changed row, or None if nothing changed."""
    changed_fields = compare_fields(match.old, match.new, context=context)
    for inner, rows in row_specs(type(match.value)).items():
        changed_fields += _compare_inner_rows(match, inner, rows, context)
    state = _state_of_match(match, changed=bool(changed_fields))
    if state is None:
        return None
    return ChangedRow(
        spec.label_of(match.value),
        state,
        changed_fields,
        match.position_before,
        match.position_after,
        match.is_moved,
        _text_key_prefix(name, spec, match.new),
    )


def _compare_inner_rows(
    match: RowMatch[FrozenModel], name: str, spec: RowsSpec, context: ComparisonContext
) -> tuple[ChangedField, ...]:
    """Return the changes to the rows inside a row as fields of that row."""
    before, after = (rows_in(row, name, spec) if row else () for row in (match.old, match.new))
    changed: list[ChangedField] = []
    matches = match_rows(before, after, spec.keys())
    for inner in matches:
        label, key = spec.label_of(inner.value), getattr(inner.value, spec.key)
        changed += [
            replace(field, code=f"{name}.{key}.{field.code}", label=f"{label}: {field.label}")
            for field in compare_fields(inner.old, inner.new, context=context)
        ]
    if any(inner.is_moved for inner in matches):
        changed.append(ChangedField(f"{name}.order", gettext("Another order")))
    return tuple(changed)


def _text_key_prefix(name: str, spec: RowsSpec, row: FrozenModel | None) -> str:
    """Return the prefix of the keys of a row's texts, or an empty string for a removed row."""
    return f"{name}.{getattr(row, spec.key)}" if row else ""


def _state_of_match[V](match: RowMatch[V], *, changed: bool) -> State | None:
    if match.old is None:
        return "added"
    if match.new is None:
        return "removed"
    if changed:
        return "edited"
    return "moved" if match.is_moved else None


def _compare_sections(old: Explainer | None, new: Explainer, context: ComparisonContext) -> Iterator[ChangedPart]:
    """Yield the sections. The passages are rows of the *papers* section or, without one, a part at the end."""
    passages = _compare_rows("passages", gettext("Passages"), old, new, context)
    spec = row_specs(Explainer)["sections"]
    has_papers = False
    for match in match_rows(old.sections if old else (), new.sections, spec.keys()):
        changed_fields = compare_fields(match.old, match.new, context=context)
        state = _state_of_match(match, changed=bool(changed_fields)) or "edited"
        key = _text_key_prefix("sections", spec, match.new)
        part = ChangedPart(
            "section",
            spec.label_of(match.value),
            state,
            changed_fields,
            is_moved=match.is_moved,
            section_number=match.position_after,
            key=key,
        )
        if match.value.kind == PAPERS.code and not has_papers:
            has_papers = True
            part = replace(part, rows=passages.rows, unchanged_rows=passages.unchanged_rows)
        yield part
    if not has_papers:
        yield passages
