"""Makes pairs of documents that differ in exactly one place, whichever it is, for tests by property."""

from collections.abc import Iterator
from copy import deepcopy
from uuid import UUID

from hypothesis import strategies as st
from pydantic import ValidationError

from stories.documents import AnyDocument, upgrade
from tests.stories.documents.parse import documents

type Path = tuple[str | int, ...]

_FIXED = {"kind", "schema"}


def _places(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the way to every leaf and every list of a body."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in _FIXED:
                yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        yield path
        for place, inner in enumerate(value):
            yield from _places(inner, (*path, place))
    else:
        yield path


def _others(value: object, fresh: UUID) -> list[object]:
    """Return what could stand in the place of a value."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case None:
            return [str(fresh), "2026-11-25"]
        case list():
            return [value[1:], value[::-1], [*value, *value[:1]]]
        case str():
            changed = [f"{value} ", f"{value}x", f"x {value}", "", value.upper(), f"**{value}**"]
            return [*changed, f"{value}\n\n- y", str(fresh), "2026-11-26", "fr", "free", "https://a.example/1"]
        case _:
            return []


@st.composite
def changed_once(draw: st.DrawFn) -> tuple[AnyDocument, AnyDocument]:
    """Two documents of which the second differs from the first in one value, or in the order or number of one list."""
    before = draw(documents.documents)
    path = draw(st.sampled_from(list(_places(before.body()))))
    body = deepcopy(before.body())
    holder: object = body
    for step in path[:-1]:
        holder = holder[step]  # type: ignore[index]
    value = holder[path[-1]]  # type: ignore[index]
    possible = []
    for other in _others(value, draw(documents.uids)):
        holder[path[-1]] = other  # type: ignore[index]
        try:
            after = upgrade(body)
        except ValidationError:
            continue
        if after.digest() != before.digest():
            possible.append(after)
    return before, draw(st.sampled_from(possible)) if possible else before
