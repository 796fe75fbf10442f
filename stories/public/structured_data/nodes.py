"""The pieces that graphs are made of: nodes that leave out what there is nothing to say of, dates, lists of links."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

type Node = dict[str, object]
type Reference = dict[str, str]


def node(kind: str | list[str], /, *, key: str = "", **said: object) -> Node:
    """Return a node of this kind; ``key`` is its ``@id``, which has to stay the same for ever. Nothing is left empty."""
    found: Node = {"@type": kind}
    if key:
        found["@id"] = key
    return found | {name: value for name, value in said.items() if value not in (None, "", [], ())}


def refer(key: str) -> Reference:
    """Return a reference to the node with this ``@id``."""
    return {"@id": key}


def key_of(uid: UUID) -> str:
    """Return the ``@id`` of a story, question or topic: no change of address touches it."""
    return f"urn:uuid:{uid}"


def when(value: datetime) -> str:
    """Return a moment as the clocks of the newsroom show it, to the second, with their offset (ISO 8601)."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def day(value: date | None) -> str:
    """Return a day (ISO 8601), empty for None."""
    return value.isoformat() if value else ""


def listed(items: Iterable[tuple[str, str]], *, newest_first: bool = False) -> Node:
    """Return a list of links, each a name and a whole address."""
    elements = [
        node("ListItem", position=place, name=name, url=url) for place, (name, url) in enumerate(items, start=1)
    ]
    return node(
        "ItemList",
        numberOfItems=len(elements),
        itemListOrder="https://schema.org/ItemListOrderDescending" if newest_first else "",
        itemListElement=elements,
    )
