"""Merge of sources: the places that cite each number, sources removed on one side only, and renumbering."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stories.documents import AnyDocument, Explainer
from stories.documents.fields import FieldSpec, FrozenModel, list_numbers
from stories.documents.merge.order import merge_order
from stories.documents.merge.result import Conflict
from stories.documents.merge.rows import row_sets
from stories.documents.walk import replace_values, walk

CITATION_MARK = re.compile(r"\[@([0-9]{1,6})\]", re.ASCII)


def find_citations(document: AnyDocument) -> set[tuple[str, int]]:
    """Return the anchor of each field that cites a source, with the number of the source."""
    fields = list(walk(document))
    cited_in_texts = {
        (field.anchor, int(number))
        for field in fields
        if field.spec.comparator == "text"
        for number in CITATION_MARK.findall(field.text)
    }
    return cited_in_texts | {
        (field.anchor, number)
        for field in fields
        if field.spec.comparator == "numbers"
        for number in list_numbers(field.value)
    }


def restore_cited_sources(
    base: AnyDocument, theirs: AnyDocument, mine: AnyDocument, draft: AnyDocument
) -> tuple[AnyDocument, list[Conflict]]:
    """Return ``draft``, the merge of both sides, with the removed sources that it cites, and the conflicts about them.

    If one side removed a source that the other cites in a new place, that is a conflict. The source is kept, unless
    another one has the same article or URL. Sources missing from the result are removed from its passages.
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
    """Return the draft and the conflicts.

    A passage or a figure with a missing source gets the remaining sources of the other side, and is added to
    ``conflicts``.
    """
    if not isinstance(draft, Explainer):
        return draft, conflicts
    numbers = {cited.number for cited in draft.citations}
    changes = {}
    for rows, name in (("passages", "sources"), ("figures", "source")):
        changes[rows], new_conflicts = _drop_missing(rows, name, draft, sides, numbers)
        conflicts += new_conflicts
    return draft.model_copy(update=changes), conflicts


def _drop_missing(
    rows: str, name: str, draft: Explainer, sides: Sequence[AnyDocument], numbers: set[int]
) -> tuple[tuple[FrozenModel, ...], list[Conflict]]:
    """Return the rows of ``draft`` without numbers that are not in ``numbers``, and the conflicts about them."""
    row_set = row_sets(Explainer)[rows]
    base_rows, their_rows, my_rows = ({row.uid: row for row in getattr(side, rows, ())} for side in sides)
    kept: list[FrozenModel] = []
    conflicts = []
    for row in getattr(draft, rows):
        if set(list_numbers(getattr(row, name))) - numbers:
            places = base_rows.get(row.uid), their_rows.get(row.uid), my_rows.get(row.uid)
            texts = (", ".join(map(str, list_numbers(getattr(place, name)))) if place else "" for place in places)
            label = f"{row_set.label_of(*places)}, {name}"
            conflicts.append(Conflict(label, row_set.anchor(row.uid, name), *texts))
            current = getattr(row, name)
            remaining = tuple(n for n in list_numbers(getattr(their_rows.get(row.uid, row), name)) if n in numbers)
            row = row.model_copy(
                update={name: remaining if isinstance(current, tuple) else next(iter(remaining), None)}
            )
        kept.append(row)
    return tuple(kept), conflicts


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
