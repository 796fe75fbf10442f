"""Says what is wrong with a feed: Atom by RFC 4287, RSS 2.0 by its specification and best practices, JSON Feed 1.1."""

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


def faults_of(content: bytes, kind: str) -> list[str]:
    """Return what is wrong with the feed, by its media type; nothing where it is valid."""
    if kind.startswith("application/atom+xml"):
        return list(_atom(_parsed(content)))
    if kind.startswith("application/rss+xml"):
        return list(_rss(_parsed(content)))
    if kind.startswith("application/feed+json"):
        return list(_json(json.loads(content)))
    return [f"{kind} is no feed"]


def _parsed(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 -- our own


def _atom(feed: ElementTree.Element) -> Iterator[str]:
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
    yield from _once(feed, "the feed", f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated", f"{ATOM}author")
    yield from _atom_links(feed, "the feed", ("self", "alternate"))
    entries = feed.findall(f"{ATOM}entry")
    if entries and list(feed)[-len(entries) :] != entries:
        yield "the feed says something after its first entry"
    for entry in entries:
        which = entry.findtext(f"{ATOM}title", "an entry")
        once = ("id", "title", "updated", "published", "summary", "content")
        yield from _once(entry, which, *(f"{ATOM}{name}" for name in once))
        yield from _atom_links(entry, which, ("alternate",))
        if not URN.fullmatch(entry.findtext(f"{ATOM}id", "")):
            yield f"{which}: the id is not for ever"
        if not all(author.findtext(f"{ATOM}name") for author in entry.iter(f"{ATOM}author")):
            yield f"{which}: an author has no name"
        for name in ("published", "updated"):
            if not RFC_3339.fullmatch(entry.findtext(f"{ATOM}{name}", "")):
                yield f"{which}: {name} is no date"
        if not entry.get("{http://www.w3.org/XML/1998/namespace}lang"):
            yield f"{which}: nobody knows its language"
        content = entry.find(f"{ATOM}content")
        yield from _html(which, content.text if content is not None else "")
    yield from _unique([entry.findtext(f"{ATOM}id", "") for entry in entries])


def _atom_links(thing: ElementTree.Element, which: str, rels: tuple[str, ...]) -> Iterator[str]:
    links = thing.findall(f"{ATOM}link")
    for rel in rels:
        if sum(link.get("rel") == rel for link in links) != 1:
            yield f"{which}: not one link is {rel}"
    yield from (f"{which}: {link.get('href')}" for link in links if not ADDRESS.fullmatch(link.get("href", "")))


def _rss(rss: ElementTree.Element) -> Iterator[str]:
    if (rss.tag, rss.get("version")) != ("rss", "2.0"):
        yield "the root is not RSS 2.0"
    (channel,) = rss
    yield from _once(channel, "the channel", "title", "link", "description", "language", "lastBuildDate")
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1 or not ADDRESS.fullmatch(own[0].get("href", "")):
        yield "the channel has not one link to itself"
    items = channel.findall("item")
    for item in items:
        which = item.findtext("title", "an item")
        yield from _once(item, which, "title", "link", "guid", "description", "pubDate", f"{CONTENT}encoded")
        guid = item.find("guid")
        if guid is None or guid.get("isPermaLink") != "false" or not URN.fullmatch(guid.text or ""):
            yield f"{which}: the guid is not for ever"
        if not ADDRESS.fullmatch(item.findtext("link", "")):
            yield f"{which}: the link is not whole"
        if not all(creator.text for creator in item.findall(f"{DC}creator")):
            yield f"{which}: an author has no name"
        try:
            parsedate_to_datetime(item.findtext("pubDate", ""))
        except ValueError:
            yield f"{which}: pubDate is no date"
        yield from _html(which, item.findtext(f"{CONTENT}encoded", ""))
    yield from _unique([item.findtext("guid", "") for item in items])


def _json(feed: dict[str, Any]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "the version is another"
    yield from (f"the feed has no {name}" for name in ("title", "items") if name not in feed)
    for name in ("home_page_url", "feed_url"):
        if not ADDRESS.fullmatch(feed.get(name, "")):
            yield f"{name} is not whole"
    for item in feed["items"]:
        which = item.get("title", "an item")
        if not isinstance(item.get("id"), str) or not URN.fullmatch(item["id"]):
            yield f"{which}: the id is not for ever"
        for name in {"url", *({"image"} & item.keys())}:
            if not ADDRESS.fullmatch(item.get(name, "")):
                yield f"{which}: {name} is not whole"
        for name in ("date_published", "date_modified"):
            if not RFC_3339.fullmatch(item.get(name, "")):
                yield f"{which}: {name} is no date"
        if not all(isinstance(author, dict) and author.get("name") for author in item.get("authors", [{}])):
            yield f"{which}: an author has no name"
        if not all(isinstance(tag, str) for tag in item.get("tags", [])):
            yield f"{which}: a tag is no word"
        for name, value in item.items():
            if name.startswith("_") and not isinstance(value, dict):
                yield f"{which}: {name} is no object"
        yield from _html(which, item.get("content_html", ""))
    yield from _unique([item["id"] for item in feed["items"]])


def _once(thing: ElementTree.Element, which: str, *names: str) -> Iterator[str]:
    for name in names:
        found = thing.findall(name)
        if len(found) != 1:
            yield f"{which}: {name} stands there {len(found)} times"
        elif not len(found[0]) and not (found[0].text or "").strip():
            yield f"{which}: {name} is empty"


def _html(which: str, html: str | None) -> Iterator[str]:
    if not html:
        yield f"{which}: there is no text"
    for href in re.findall(r'(?:href|src)="([^"]*)"', html or ""):
        if not ADDRESS.fullmatch(href):
            yield f"{which}: {href} leads nowhere"


def _unique(keys: list[str]) -> Iterator[str]:
    yield from (f"{key} stands there twice" for key, number in Counter(keys).items() if number > 1)
