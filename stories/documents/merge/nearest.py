"""Finds the state of a work from which a document went on, by what the two have in common."""

from collections.abc import Iterable, Iterator, Mapping

from stories.documents import AnyDocument


def nearest(document: AnyDocument, states: Iterable[AnyDocument]) -> AnyDocument | None:
    """Return the one of ``states``, given newest first, that fewest places of ``document`` differ from.

    Of two that are equally near it is the older one: what changed after the beginning is then asked about rather than
    lost. None where there are no states.
    """
    wanted = set(_places(document.body()))
    best: tuple[int, AnyDocument] | None = None
    for state in states:
        distance = len(wanted ^ set(_places(state.body())))
        if best is None or distance <= best[0]:
            best = distance, state
    return best[1] if best else None


def _places(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value with its place; rows are known by uid or number, wherever they stand."""
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
