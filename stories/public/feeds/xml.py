"""Feeds in XML: Atom (RFC 4287) and RSS 2.0. Each entry contains its full text and names all its authors."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from newsroom.http.languages import list_language
from stories.public.pages.copies.feed_entries import FeedPicture

MEDIA = "http://search.yahoo.com/mrss/"
DEFAULT_POST_DATE = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
# Characters that XML cannot contain (XML 1.0, 2.2). They may occur in pasted text.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class DeterministicFeed(SyndicationFeed):
    """A feed that is serialized to the same bytes until its content changes, even if it is empty."""

    content_type: str

    def latest_post_date(self) -> datetime:
        """Return the time of the newest change to an entry, or a fixed time if there are no entries."""
        return super().latest_post_date() if self.items else DEFAULT_POST_DATE


class AtomFeed(DeterministicFeed, Atom1Feed):
    """An Atom feed whose entries contain a summary, their full text, their picture, and each author in an element."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write the elements of the feed, and the link to its WebSub hub, if any (WebSub, section 4)."""
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("link", "", {"rel": "hub", "href": settings.WEBSUB_HUB})

    def root_attributes(self) -> dict[str, str]:
        """Return the root attributes, with the namespace of Media RSS."""
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Return the language of the entry as an attribute, because it may differ from the language of the feed."""
        return {"xml:lang": str(item["entry_language"])}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the entry, followed by its authors and its text."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("content", item["content_html"], {"type": "html"})
        # After the text: parsers that take a description for the text would otherwise take this one.
        _add_picture(handler, item["picture"])


class RssFeed(DeterministicFeed, Rss201rev2Feed):
    """An RSS 2.0 feed with the modules *content* for full texts, *dc* for authors and languages, and *media* for pictures."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the root attributes, with the namespaces of the modules."""
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": MEDIA,
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write the elements of the feed, and the link to its WebSub hub, if any (WebSub, section 4)."""
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("atom:link", "", {"rel": "hub", "href": settings.WEBSUB_HUB})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the item, followed by its authors, its language and its text."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:language", item["entry_language"])
        handler.addQuickElement("content:encoded", item["content_html"])
        _add_picture(handler, item["picture"])


def _add_picture(handler: SimplerXMLGenerator, picture: FeedPicture | None) -> None:
    """Write the picture of an entry, if any (Media RSS 1.5.1)."""
    if picture is None:
        return
    size = {"width": str(picture.width), "height": str(picture.height)}
    attributes = {"url": picture.url, "type": "image/jpeg", "medium": "image", **size}
    handler.startElement("media:content", AttributesImpl(attributes))
    for name, text in (("media:description", picture.alt), ("media:credit", picture.credit)):
        if text:
            handler.addQuickElement(name, remove_control_characters(text))
    handler.endElement("media:content")


def create_feed[Format: DeterministicFeed](
    kind: type[Format],
    title: str,
    *,
    page: str,
    feed_url: str,
    description: str = "",
    language: str = "",
    guid: str | None = None,
) -> Format:
    """Return an empty feed for the page at the path ``page``. The path of the feed itself is ``feed_url``.

    ``language`` defaults to the result of ``list_language`` for the active language. ``guid`` identifies the feed, and
    is needed if the address of the page may change.
    """
    return kind(
        title=remove_control_characters(title),
        link=f"{settings.SITE_URL}{page}",
        description=remove_control_characters(description),
        language=language or list_language(get_language()),
        author_name=settings.SITE_NAME,
        feed_url=f"{settings.SITE_URL}{feed_url}",
        feed_guid=guid,
    )


def add_entry(
    feed: DeterministicFeed,
    *,
    title: str,
    path: str,
    key: object,
    summary: str,
    html: str,
    language: str,
    published: datetime,
    updated: datetime,
    authors: Iterable[str] = (),
    categories: Iterable[str] = (),
    picture: FeedPicture | None = None,
) -> None:
    """Add an entry to the feed. ``summary`` and ``html`` are HTML. ``key`` is a UUID that never changes.

    Without ``authors``, the author is the site.
    """
    feed.add_item(
        title=remove_control_characters(title),
        link=f"{settings.SITE_URL}{path}",
        description=remove_control_characters(summary),
        unique_id=f"urn:uuid:{key}",
        unique_id_is_permalink=False,
        pubdate=published,
        updateddate=updated,
        categories=[remove_control_characters(name) for name in categories],
        authors=[remove_control_characters(name) for name in authors] or [settings.SITE_NAME],
        entry_language=language,
        content_html=remove_control_characters(html),
        picture=picture,
    )


def feed_response(feed: DeterministicFeed) -> HttpResponse:
    """Return a response that contains the feed."""
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def remove_control_characters(text: str) -> str:
    """Return the text without the characters that XML cannot contain."""
    return _NOT_IN_XML.sub("", text)
