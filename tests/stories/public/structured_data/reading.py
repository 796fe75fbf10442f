"""Reads what a page says to machines, as they would."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """The head of a page: its ``metas`` by name or property, its ``links`` by rel, and its ``graph``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self._data: list[str] | None = None
        self._blocks: list[str] = []
        self.feed(html)
        self.close()

    @property
    def data(self) -> dict[str, Any]:
        """Return the one block of structured data."""
        (block,) = self._blocks
        found: dict[str, Any] = json.loads(block)
        return found

    @property
    def graph(self) -> list[dict[str, Any]]:
        """Return its nodes."""
        nodes: list[dict[str, Any]] = self.data["@graph"]
        return nodes

    def of_type(self, kind: str) -> dict[str, Any]:
        """Return the one node of this type."""
        (found,) = (node for node in self.graph if kind in types_of(node))
        return found

    def leads_to(self) -> list[str]:
        """Return every address that the head leads machines to."""
        rels = {"canonical", "alternate"}
        return [*(link["href"] for link in self.links if link["rel"] in rels), *self.metas.get("og:image", [])]

    def meta(self, name: str) -> str:
        """Return the content of the only ``<meta>`` of this name, empty where there is none."""
        (content,) = self.metas.get(name, [""])
        return content

    def link(self, rel: str) -> str:
        """Return where the only link of this rel leads to."""
        (href,) = [each["href"] for each in self.links if each["rel"] == rel]
        return href

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the head says."""
        said = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.metas.setdefault(said.get("name") or said.get("property", ""), []).append(said.get("content", ""))
        elif tag == "link":
            self.links.append(said)
        elif tag == "script" and said.get("type") == "application/ld+json":
            self._data = []

    def handle_data(self, data: str) -> None:
        """Keep what stands in a block of data."""
        if self._data is not None:
            self._data.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End a block of data."""
        if tag == "script" and self._data is not None:
            self._blocks.append("".join(self._data))
            self._data = None


def types_of(node: dict[str, Any]) -> list[str]:
    """Return the types of a node."""
    kind = node.get("@type", [])
    return [kind] if isinstance(kind, str) else kind


def nodes_in(value: object) -> Iterator[dict[str, Any]]:
    """Yield every node inside ``value``, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for each in value.values():
            yield from nodes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes_in(each)
