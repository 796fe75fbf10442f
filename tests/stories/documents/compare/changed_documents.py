"""A Hypothesis strategy for pairs of documents that differ in at most one place."""

from collections.abc import Iterator
from copy import deepcopy
from uuid import UUID

from hypothesis import strategies as st
from pydantic import ValidationError

from stories.documents import AnyDocument, upgrade
from tests.stories.documents.parse import documents

type Path = tuple[str | int, ...]

_FIXED_FIELDS = {"kind", "schema"}


def _iter_paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path to every leaf and every list of a body, except its kind and schema number."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in _FIXED_FIELDS:
                yield from _iter_paths(inner, (*path, key))
    elif isinstance(value, list):
        yield path
        for place, inner in enumerate(value):
            yield from _iter_paths(inner, (*path, place))
    else:
        yield path


def _replacement_values(value: object, new_uid: UUID) -> list[object]:
    """Return possible replacements for a value."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case None:
            return [str(new_uid), "2026-11-25"]
        case list():
            return [value[1:], value[::-1], [*value, *value[:1]]]
        case str():
            changed = [f"{value} ", f"{value}x", f"x {value}", "", value.upper(), f"**{value}**"]
            return [*changed, f"{value}\n\n- y", str(new_uid), "2026-11-26", "fr", "free", "https://a.example/1"]
        case _:
            return []


@st.composite
def documents_with_one_change(draw: st.DrawFn) -> tuple[AnyDocument, AnyDocument]:
    """Draw two documents that differ in one value or one list, or are equal if no such change is valid."""
    before = draw(documents.documents)
    path = draw(st.sampled_from(list(_iter_paths(before.body()))))
    body = deepcopy(before.body())
    container: object = body
    for step in path[:-1]:
        container = container[step]  # type: ignore[index]
    value = container[path[-1]]  # type: ignore[index]
    changed_documents = []
    for replacement in _replacement_values(value, draw(documents.uids)):
        container[path[-1]] = replacement  # type: ignore[index]
        try:
            after = upgrade(body)
        except ValidationError:
            continue
        if after.digest() != before.digest():
            changed_documents.append(after)
    return before, draw(st.sampled_from(changed_documents)) if changed_documents else before
