"""Search for the state of a work that a document started from, by what both have in common."""

from collections.abc import Iterable, Iterator, Mapping

from stories.documents import AnyDocument


def nearest(document: AnyDocument, states: Iterable[AnyDocument]) -> AnyDocument | None:
    """Return the one of ``states`` (newest first) that differs from ``document`` in the fewest places, or None.

    Of two equally near states this is the older one.
    """
    wanted = set(_places(document.body()))
    best: tuple[int, AnyDocument] | None = None
    for state in states:
        distance = len(wanted ^ set(_places(state.body())))
        # An older base turns what changed since then into conflicts, where a newer one would lose it.
        if best is None or distance <= best[0]:
            best = distance, state
    return best[1] if best else None


def _places(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value with its place; rows are identified by uid or number, whatever their position."""
    match value:
        case Mapping():
            for name, inner in value.items():
                yield from _places(inner, f"{path}.{name}")
        case list():
            keys = [_key(row, place) for place, row in enumerate(value)]
            yield path, tuple(keys)
            for key, row in zip(keys, value, strict=True):
                yield from _places(row, f"{path}.{key}")
        case _:
            yield path, value


def _key(row: object, place: int) -> str:
    known = row.get("uid") or row.get("number") if isinstance(row, Mapping) else None
    return str(known or place)
