"""Merge of sources: the places that cite each number, sources removed on one side only, renumbering and removal."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stories.documents import AnyDocument, Claim, Explainer
from stories.documents.fields import FieldSpec, list_numbers
from stories.documents.merge.order import merge_order
from stories.documents.merge.result import Conflict
from stories.documents.merge.rows import label_of, row_sets
from stories.documents.walk import FieldValue, replace_at, replace_values, walk

CITATION_MARK = re.compile(r"\[@([0-9]{1,6})\]", re.ASCII)
_MARK_WITH_SPACE = re.compile(rf"(?:(?<=\S)[ \t]+)?{CITATION_MARK.pattern}", re.ASCII)


def find_citations(document: AnyDocument) -> set[tuple[str, int]]:
    """Return the anchor of each field that cites a source, with the number of the source."""
    cited_in_texts = {
        (field.anchor, int(number))
        for field in walk(document)
        if field.spec.comparator == "text"
        for number in CITATION_MARK.findall(field.text)
    }
    return cited_in_texts | {
        (field.anchor, number) for field in _number_fields(document) for number in list_numbers(field.value)
    }


def restore_cited_sources(
    base: AnyDocument, theirs: AnyDocument, mine: AnyDocument, draft: AnyDocument
) -> tuple[AnyDocument, list[Conflict]]:
    """Return ``draft``, the merge of both sides, with the removed sources that it cites, and the conflicts about them.

    If one side removed a source that the other cites in a new place, that is a conflict. The source is kept, unless
    another one has the same article or URL. Sources missing from the result are removed from its other fields.
    """
    base_cited, their_cited, my_cited = (
        {cited.number: cited for cited in side.citations} for side in (base, theirs, mine)
    )
    kept_sources = {cited.number: cited for cited in draft.citations}
    citations = find_citations(draft)
    conflicts = []
    for number in sorted(base_cited.keys() - kept_sources.keys()):
        if (number in their_cited) == (number in my_cited):
            continue
        removed_by, remaining = (theirs, my_cited[number]) if number in my_cited else (mine, their_cited[number])
        if {place for place, cited in citations - find_citations(removed_by) if cited == number}:
            conflicts.append(
                row_sets(type(draft))["citations"].row_conflict(
                    number, base_cited[number], their_cited.get(number), my_cited.get(number)
                )
            )
            if not any(
                remaining.article == other.article or remaining.url == other.url for other in kept_sources.values()
            ):
                kept_sources[number] = remaining
    order, _ = merge_order(list(base_cited), list(their_cited), list(my_cited), kept_sources)
    draft = draft.model_copy(update={"citations": tuple(kept_sources[number] for number in order)})
    return _drop_missing_sources(draft, base, theirs, mine, conflicts=conflicts)


def _drop_missing_sources(
    draft: AnyDocument, *sides: AnyDocument, conflicts: list[Conflict]
) -> tuple[AnyDocument, list[Conflict]]:
    """Return the draft and the conflicts. ``sides`` are base, theirs and mine.

    A field with the number of a missing source gets the remaining numbers of the other side, and is added to
    ``conflicts``.
    """
    numbers = {cited.number for cited in draft.citations}
    missing = {field.anchor: field for field in _number_fields(draft) if set(list_numbers(field.value)) - numbers}
    if not missing:
        return draft, conflicts
    fields_by_side = [{field.anchor: field for field in _number_fields(side)} for side in sides]
    values: dict[str, object] = {}
    for anchor, field in missing.items():
        places = [fields.get(anchor) for fields in fields_by_side]
        label = field.spec.row_name
        if field.rows:
            label = f"{label_of(field.rows, *(place and place.owner for place in places))}, {label}"
        conflicts.append(Conflict(label, anchor, *(place.text if place else "" for place in places)))
        remaining = tuple(n for n in list_numbers((places[1] or field).value) if n in numbers)
        values[anchor] = remaining if isinstance(field.value, tuple) else next(iter(remaining), None)
    return replace_at(draft, values), conflicts


def _number_fields(document: AnyDocument) -> Iterator[FieldValue]:
    return (field for field in walk(document) if field.spec.comparator == "numbers")


def renumber_added_sources(
    base: AnyDocument, theirs: AnyDocument, mine: AnyDocument, *, last_number: int = 0
) -> AnyDocument:
    """Return ``mine`` with its added sources renumbered, so that no number conflicts with ``theirs``.

    If both sides add a source to ``base``, both use the same next number. The source in ``mine`` then gets a number
    above all others and above ``last_number``, the last number ever used. A source that ``theirs`` also added, with the
    same article or URL, gets the number it has there.
    """
    base_numbers = {cited.number for cited in base.citations}
    added = {cited.number: cited for cited in theirs.citations if cited.number not in base_numbers}
    last_used = max([last_number, *(cited.number for side in (base, theirs, mine) for cited in side.citations)])
    numbers: dict[int, int] = {}
    for cited in mine.citations:
        if cited.number in base_numbers:
            continue
        new_number = next(
            (n for n, other in added.items() if cited.article == other.article or cited.url == other.url), None
        )
        if new_number is None and cited.number in added:
            last_used = new_number = last_used + 1
        if new_number is not None and new_number != cited.number:
            numbers[cited.number] = new_number
    return renumber_sources(mine, numbers) if numbers else mine


def renumber_sources(document: AnyDocument, numbers: Mapping[int, int]) -> AnyDocument:
    """Return the document with its sources and citations renumbered as in ``numbers`` (old to new)."""

    def replace_mark(mark: re.Match[str]) -> str:
        number = numbers.get(int(mark[1]))
        return mark[0] if number is None else f"[@{number}]"

    def replace_value(name: str, spec: FieldSpec, value: Any) -> object:
        if spec.comparator == "text":
            return CITATION_MARK.sub(replace_mark, value)
        if spec.comparator == "numbers":
            new_numbers = tuple(sorted(numbers.get(number, number) for number in list_numbers(value)))
            return new_numbers if isinstance(value, tuple) else next(iter(new_numbers), None)
        return numbers.get(value, value) if name == "number" else value

    return replace_values(document, replace_value).changed()


def remove_source(document: AnyDocument, number: int) -> AnyDocument:
    """Return the document without the source with this number, its citations, and what only it says.

    These are the values of outlets, the key figures and the forecasts that come from it, and points that are left without
    an outlet.
    """

    def replace_mark(mark: re.Match[str]) -> str:
        return "" if int(mark[1]) == number else mark[0]

    def replace_value(name: str, spec: FieldSpec, value: Any) -> object:
        if spec.comparator == "text":
            return _MARK_WITH_SPACE.sub(replace_mark, value)
        if spec.comparator == "numbers":
            remaining = tuple(each for each in list_numbers(value) if each != number)
            return remaining if isinstance(value, tuple) else next(iter(remaining), None)
        return value

    def remove_cells(claim: Claim) -> Claim:
        return claim.model_copy(update={"cells": tuple(cell for cell in claim.cells if cell.source != number)})

    changes: dict[str, object] = {"citations": tuple(each for each in document.citations if each.number != number)}
    if isinstance(document, Explainer):
        remaining = ((claim, remove_cells(claim)) for claim in document.claims)
        changes["claims"] = tuple(new for old, new in remaining if new.cells or not old.cells)
        changes["figures"] = tuple(each for each in document.figures if each.source != number)
        changes["forecasts"] = tuple(each for each in document.forecasts if each.source != number)
    return replace_values(document.model_copy(update=changes), replace_value).changed()
