"""Find, among the states of a work, the one on which a document is based."""

from collections.abc import Iterable, Iterator, Mapping

from stories.documents import AnyDocument


def find_nearest_state(document: AnyDocument, states: Iterable[AnyDocument]) -> AnyDocument | None:
    """Return the state among ``states`` (newest first) that differs from ``document`` in the fewest places.

    Return None if there are no states. If two states are equally near, return the older one.
    """
    places = set(_iter_places(document.body()))
    nearest: tuple[int, AnyDocument] | None = None
    for state in states:
        distance = len(places ^ set(_iter_places(state.body())))
        # With an older base, changes made since then become conflicts; with a newer base, they would be lost.
        if nearest is None or distance <= nearest[0]:
            nearest = distance, state
    return nearest[1] if nearest else None


def _iter_places(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value with its place. Rows are identified by uid or number, or else by position."""
    match value:
        case Mapping():
            for name, inner in value.items():
                yield from _iter_places(inner, f"{path}.{name}")
        case list():
            keys = [_key(row, index) for index, row in enumerate(value)]
            yield path, tuple(keys)
            for key, row in zip(keys, value, strict=True):
                yield from _iter_places(row, f"{path}.{key}")
        case _:
            yield path, value


def _key(row: object, index: int) -> str:
    row_key = row.get("uid") or row.get("number") if isinstance(row, Mapping) else None
    return str(row_key or index)
