"""Validate feeds: Atom (RFC 4287), RSS 2.0 (specification and best practices) and JSON Feed 1.1."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


def find_feed_errors(content: bytes, kind: str) -> list[str]:
    """Return the errors in a feed of this media type. The list is empty if the feed is valid."""
    if kind.startswith("application/atom+xml"):
        return list(_validate_atom(_parse(content)))
    if kind.startswith("application/rss+xml"):
        return list(_validate_rss(_parse(content)))
    if kind.startswith("application/feed+json"):
        return list(_validate_json(json.loads(content)))
    return [f"{kind} is not the media type of a feed"]


def _parse(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 -- no user input


def _validate_atom(feed: ElementTree.Element) -> Iterator[str]:
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
    yield from _require_once(feed, "the feed", f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated", f"{ATOM}author")
    yield from _validate_atom_links(feed, "the feed", ("self", "alternate"))
    entries = feed.findall(f"{ATOM}entry")
    if entries and list(feed)[-len(entries) :] != entries:
        yield "the feed has other elements after its first entry"
    for entry in entries:
        label = entry.findtext(f"{ATOM}title", "an entry")
        required = ("id", "title", "updated", "published", "summary", "content")
        yield from _require_once(entry, label, *(f"{ATOM}{name}" for name in required))
        yield from _validate_atom_links(entry, label, ("alternate",))
        if not URN.fullmatch(entry.findtext(f"{ATOM}id", "")):
            yield f"{label}: the id is not permanent"
        if not all(author.findtext(f"{ATOM}name") for author in entry.iter(f"{ATOM}author")):
            yield f"{label}: an author has no name"
        for name in ("published", "updated"):
            if not RFC_3339.fullmatch(entry.findtext(f"{ATOM}{name}", "")):
                yield f"{label}: {name} is not a date"
        if not entry.get("{http://www.w3.org/XML/1998/namespace}lang"):
            yield f"{label}: the language is missing"
        content = entry.find(f"{ATOM}content")
        yield from _validate_html(label, content.text if content is not None else "")
    yield from _require_unique([entry.findtext(f"{ATOM}id", "") for entry in entries])


def _validate_atom_links(element: ElementTree.Element, label: str, rels: tuple[str, ...]) -> Iterator[str]:
    links = element.findall(f"{ATOM}link")
    for rel in rels:
        if sum(link.get("rel") == rel for link in links) != 1:
            yield f"{label}: there must be one link with rel={rel}"
    yield from (f"{label}: {link.get('href')}" for link in links if not ADDRESS.fullmatch(link.get("href", "")))


def _validate_rss(rss: ElementTree.Element) -> Iterator[str]:
    if (rss.tag, rss.get("version")) != ("rss", "2.0"):
        yield "the root is not RSS 2.0"
    (channel,) = rss
    yield from _require_once(channel, "the channel", "title", "link", "description", "language", "lastBuildDate")
    self_links = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(self_links) != 1 or not ADDRESS.fullmatch(self_links[0].get("href", "")):
        yield "the channel must have one link to itself"
    items = channel.findall("item")
    for item in items:
        label = item.findtext("title", "an item")
        yield from _require_once(item, label, "title", "link", "guid", "description", "pubDate", f"{CONTENT}encoded")
        guid = item.find("guid")
        if guid is None or guid.get("isPermaLink") != "false" or not URN.fullmatch(guid.text or ""):
            yield f"{label}: the guid is not permanent"
        if not ADDRESS.fullmatch(item.findtext("link", "")):
            yield f"{label}: the link is not absolute"
        if not all(creator.text for creator in item.findall(f"{DC}creator")):
            yield f"{label}: an author has no name"
        try:
            parsedate_to_datetime(item.findtext("pubDate", ""))
        except ValueError:
            yield f"{label}: pubDate is not a date"
        yield from _validate_html(label, item.findtext(f"{CONTENT}encoded", ""))
    yield from _require_unique([item.findtext("guid", "") for item in items])


def _validate_json(feed: dict[str, Any]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "the version is not 1.1"
    yield from (f"the feed has no {name}" for name in ("title", "items") if name not in feed)
    for name in ("home_page_url", "feed_url"):
        if not ADDRESS.fullmatch(feed.get(name, "")):
            yield f"{name} is not absolute"
    for item in feed["items"]:
        label = item.get("title", "an item")
        if not isinstance(item.get("id"), str) or not URN.fullmatch(item["id"]):
            yield f"{label}: the id is not permanent"
        for name in {"url", *({"image"} & item.keys())}:
            if not ADDRESS.fullmatch(item.get(name, "")):
                yield f"{label}: {name} is not absolute"
        for name in ("date_published", "date_modified"):
            if not RFC_3339.fullmatch(item.get(name, "")):
                yield f"{label}: {name} is not a date"
        if not all(isinstance(author, dict) and author.get("name") for author in item.get("authors", [{}])):
            yield f"{label}: an author has no name"
        if not all(isinstance(tag, str) for tag in item.get("tags", [])):
            yield f"{label}: a tag is not a string"
        for name, value in item.items():
            if name.startswith("_") and not isinstance(value, dict):
                yield f"{label}: {name} is not an object"
        yield from _validate_html(label, item.get("content_html", ""))
    yield from _require_unique([item["id"] for item in feed["items"]])


def _require_once(element: ElementTree.Element, label: str, *names: str) -> Iterator[str]:
    for name in names:
        children = element.findall(name)
        if len(children) != 1:
            yield f"{label}: {name} occurs {len(children)} times"
        elif not len(children[0]) and not (children[0].text or "").strip():
            yield f"{label}: {name} is empty"


def _validate_html(label: str, html: str | None) -> Iterator[str]:
    if not html:
        yield f"{label}: there is no text"
    for href in re.findall(r'(?:href|src)="([^"]*)"', html or ""):
        if not ADDRESS.fullmatch(href):
            yield f"{label}: {href} is not absolute"


def _require_unique(keys: list[str]) -> Iterator[str]:
    yield from (f"{key} is not unique" for key, number in Counter(keys).items() if number > 1)
