"""Parse the metadata of a page: meta elements, links and structured data."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """The metadata of a page: its ``metas``, keyed by name or property, its ``links``, and its ``graph``."""

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
        """The content of the only block of structured data."""
        (block,) = self._blocks
        data: dict[str, Any] = json.loads(block)
        return data

    @property
    def graph(self) -> list[dict[str, Any]]:
        """The nodes of the graph."""
        nodes: list[dict[str, Any]] = self.data["@graph"]
        return nodes

    def of_type(self, kind: str) -> dict[str, Any]:
        """Return the only node of this type."""
        (only,) = (node for node in self.graph if kind in types_of(node))
        return only

    def linked_addresses(self) -> list[str]:
        """Return the canonical and alternate URLs of the page, and the URL of its share image."""
        rels = {"canonical", "alternate"}
        return [*(link["href"] for link in self.links if link["rel"] in rels), *self.metas.get("og:image", [])]

    def meta(self, name: str) -> str:
        """Return the content of the only ``<meta>`` with this name, or an empty string if there is none."""
        (content,) = self.metas.get(name, [""])
        return content

    def link(self, rel: str) -> str:
        """Return the URL of the only link with this ``rel``."""
        (href,) = [each["href"] for each in self.links if each["rel"] == rel]
        return href

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record meta elements and links, and start recording a block of structured data."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.metas.setdefault(attributes.get("name") or attributes.get("property", ""), []).append(
                attributes.get("content", "")
            )
        elif tag == "link":
            self.links.append(attributes)
        elif tag == "script" and attributes.get("type") == "application/ld+json":
            self._data = []

    def handle_data(self, data: str) -> None:
        """Record the content of a block of structured data."""
        if self._data is not None:
            self._data.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Stop recording a block of structured data."""
        if tag == "script" and self._data is not None:
            self._blocks.append("".join(self._data))
            self._data = None


def types_of(node: dict[str, Any]) -> list[str]:
    """Return the types of a node."""
    kind = node.get("@type", [])
    return [kind] if isinstance(kind, str) else kind


def nodes_in(value: object) -> Iterator[dict[str, Any]]:
    """Yield every node inside ``value``, at any depth."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for each in value.values():
            yield from nodes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes_in(each)
