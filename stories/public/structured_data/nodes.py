"""The parts of a JSON-LD graph: nodes, references, dates and lists of links."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

type Node = dict[str, object]
type Reference = dict[str, str]


def node(kind: str, /, *, key: str = "", **values: object) -> Node:
    """Return a node of type ``kind`` with the properties ``values``."""
    return {"@type": kind} | properties(key=key, **values)


def properties(*, key: str = "", **values: object) -> Node:
    """Return the properties of a node, without empty values. ``key`` is its ``@id``, which must never change."""
    identity: Node = {"@id": key} if key else {}
    return identity | {name: value for name, value in values.items() if value not in (None, "", [], ())}


def node_reference(key: str) -> Reference:
    """Return a reference to the node with this ``@id``."""
    return {"@id": key}


def node_id(uid: UUID) -> str:
    """Return the ``@id`` of a story, question, topic or outlet. It does not depend on the address."""
    return f"urn:uuid:{uid}"


def format_datetime(value: datetime) -> str:
    """Return a time in ISO 8601 format, to the second, in the newsroom's time zone and with its offset."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def format_date(value: date | None) -> str:
    """Return a date in ISO 8601 format, or an empty string for None."""
    return value.isoformat() if value else ""


def item_list(items: Iterable[tuple[str, str]], *, newest_first: bool = False) -> Node:
    """Return an ItemList of links.

    Each link is a pair of a name and an absolute URL. With ``newest_first``, the list says that its order is
    descending.
    """
    elements = [
        node("ListItem", position=position, name=name, url=url) for position, (name, url) in enumerate(items, start=1)
    ]
    return node(
        "ItemList",
        numberOfItems=len(elements),
        itemListOrder="https://schema.org/ItemListOrderDescending" if newest_first else "",
        itemListElement=elements,
    )
