"""The parts of a JSON-LD graph: nodes without empty properties, references, dates and lists of links."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

type Node = dict[str, object]
type Reference = dict[str, str]


def node(kind: str, /, *, key: str = "", **said: object) -> Node:
    """Return a node of this type with ``properties``."""
    return {"@type": kind} | properties(key=key, **said)


def properties(*, key: str = "", **said: object) -> Node:
    """Return the properties of a node without empty ones; ``key`` is its ``@id``, which must never change."""
    found: Node = {"@id": key} if key else {}
    return found | {name: value for name, value in said.items() if value not in (None, "", [], ())}


def node_reference(key: str) -> Reference:
    """Return a reference to the node with this ``@id``."""
    return {"@id": key}


def node_id(uid: UUID) -> str:
    """Return the ``@id`` of a story, question or topic, which survives every change of address."""
    return f"urn:uuid:{uid}"


def format_datetime(value: datetime) -> str:
    """Return a time in the newsroom's time zone, to the second, with its offset (ISO 8601)."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def format_date(value: date | None) -> str:
    """Return a date (ISO 8601), or an empty string for None."""
    return value.isoformat() if value else ""


def item_list(items: Iterable[tuple[str, str]], *, newest_first: bool = False) -> Node:
    """Return an ItemList of links, each a name and an absolute URL."""
    elements = [
        node("ListItem", position=place, name=name, url=url) for place, (name, url) in enumerate(items, start=1)
    ]
    return node(
        "ItemList",
        numberOfItems=len(elements),
        itemListOrder="https://schema.org/ItemListOrderDescending" if newest_first else "",
        itemListElement=elements,
    )
