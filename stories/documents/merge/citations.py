"""Merging of sources: the places that cite a number, sources removed on one side only, and renumbering."""

import re
from collections.abc import Mapping
from typing import Any

from stories.documents import AnyDocument, Explainer, Passage
from stories.documents.fields import FieldSpec
from stories.documents.merge.order import merge_order
from stories.documents.merge.result import Conflict
from stories.documents.merge.rows import row_sets
from stories.documents.walk import replace_values, walk

MARK = re.compile(r"\[@([0-9]{1,6})\]", re.ASCII)


def find_citations(document: AnyDocument) -> set[tuple[str, int]]:
    """Return each anchor of a text that cites a source, with the cited number."""
    fields = list(walk(document))
    found = {
        (field.anchor, int(number))
        for field in fields
        if field.spec.how == "text"
        for number in MARK.findall(field.text)
    }
    return found | {(field.anchor, number) for field in fields if field.spec.how == "numbers" for number in field.value}


def restore_cited_sources(
    base: AnyDocument, theirs: AnyDocument, mine: AnyDocument, draft: AnyDocument
) -> tuple[AnyDocument, list[Conflict]]:
    """Return ``draft``, the merge of the two, with all sources that it draws on, and the conflicts about sources.

    A source that one side removed and the other cites in a new place stays, and is a conflict. A passage loses a
    source that cannot stay.
    """
    b, t, m = ({cited.number: cited for cited in side.citations} for side in (base, theirs, mine))
    now = {cited.number: cited for cited in draft.citations}
    used = find_citations(draft)
    conflicts = []
    for number in sorted(b.keys() - now.keys()):
        if (number in t) == (number in m):
            continue
        removed_by, stays = (theirs, m[number]) if number in m else (mine, t[number])
        if {place for place, cited in used - find_citations(removed_by) if cited == number}:
            conflicts.append(
                row_sets(type(draft))["citations"].row_conflict(number, b[number], t.get(number), m.get(number))
            )
            if not any(stays.article == other.article or stays.url == other.url for other in now.values()):
                now[number] = stays
    order, _ = merge_order(list(b), list(t), list(m), now)
    draft = draft.model_copy(update={"citations": tuple(now[number] for number in order)})
    return _drawing_on(draft, base, theirs, mine, conflicts=conflicts)


def _drawing_on(
    draft: AnyDocument, *sides: AnyDocument, conflicts: list[Conflict]
) -> tuple[AnyDocument, list[Conflict]]:
    """Return ``draft`` without missing sources in its passages, each of which is a conflict."""
    if not isinstance(draft, Explainer):
        return draft, conflicts
    rows = row_sets(Explainer)["passages"]
    numbers = {cited.number for cited in draft.citations}
    b, t, m = ({passage.uid: passage for passage in _passages(side)} for side in sides)
    passages = []
    for passage in draft.passages:
        if set(passage.sources) - numbers:
            places = b.get(passage.uid), t.get(passage.uid), m.get(passage.uid)
            label = f"{rows.label_of(*places)}, sources"
            texts = (", ".join(map(str, place.sources)) if place else "" for place in places)
            conflicts.append(Conflict(label, rows.anchor(passage.uid, "sources"), *texts))
            sources = t.get(passage.uid, passage).sources
            passage = passage.model_copy(update={"sources": tuple(n for n in sources if n in numbers)})
        passages.append(passage)
    return draft.model_copy(update={"passages": tuple(passages)}), conflicts


def apart(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument, *, given: int = 0) -> AnyDocument:
    """Return ``mine`` with the sources that it added renumbered, so that no number conflicts with ``theirs``.

    Two sides that each add a source to ``base`` give it the same next number. That of ``mine`` then gets the first
    number that was never used; ``given`` is the last one that was. An article that ``theirs`` added as well gets the
    number it has there.
    """
    old = {cited.number for cited in base.citations}
    added = {cited.number: cited for cited in theirs.citations if cited.number not in old}
    last = max([given, *(cited.number for side in (base, theirs, mine) for cited in side.citations)])
    numbers: dict[int, int] = {}
    for cited in mine.citations:
        if cited.number in old:
            continue
        same = next((n for n, other in added.items() if cited.article == other.article or cited.url == other.url), None)
        if same is None and cited.number in added:
            last = same = last + 1
        if same is not None and same != cited.number:
            numbers[cited.number] = same
    return renumber_sources(mine, numbers) if numbers else mine


def renumber_sources(document: AnyDocument, numbers: Mapping[int, int]) -> AnyDocument:
    """Return the document with its sources renumbered by ``numbers`` (old to new), in the list and in every text."""

    def anew(mark: re.Match[str]) -> str:
        number = numbers.get(int(mark[1]))
        return mark[0] if number is None else f"[@{number}]"

    def new(name: str, spec: FieldSpec, value: Any) -> object:
        if spec.how == "text":
            return MARK.sub(anew, value)
        if spec.how == "numbers":
            return tuple(sorted(numbers.get(number, number) for number in value))
        return numbers.get(value, value) if name == "number" else value

    return replace_values(document, new).changed()


def _passages(document: AnyDocument) -> tuple[Passage, ...]:
    return document.passages if isinstance(document, Explainer) else ()
