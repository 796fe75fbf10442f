"""The feeds of stories and of corrections: Atom (RFC 4287), whole texts, ids that no change of address touches."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.reading.corrections import newest_corrections
from stories.reading.feed import newest_entries

# What no XML can hold (XML 1.0, 2.2), whatever somebody pasted into a text.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BEFORE_THE_FIRST_STORY = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class WholeTextFeed(Atom1Feed):
    """Atom whose entries carry their whole text beside the summary."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry changed; without entries a fixed day, so that the bytes stay the same."""
        return super().latest_post_date() if self.items else BEFORE_THE_FIRST_STORY

    def item_attributes(self, item: dict[str, object]) -> dict[str, str]:
        """Say which language the entry is in: stories need not be in the feed's."""
        return {"xml:lang": str(item["entry_language"])}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, object]) -> None:
        """Write the entry and, at its end, its text."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", str(item["content_html"]), {"type": "html"})


@public_page
def story_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the twenty newest stories."""
    site = settings.SITE_URL.rstrip("/")
    at = moment_of(request)
    feed = _feed(settings.SITE_NAME, page="/", own=reverse("story_feed"))
    for entry in newest_entries(site=site, at=at):
        edition = entry.edition
        feed.add_item(
            title=_held(edition.title),
            link=f"{site}{edition.get_absolute_url()}",
            description=_held(escape(edition.summary)),
            unique_id=f"urn:uuid:{edition.uid}",
            author_name=_held(", ".join(entry.byline)) or settings.SITE_NAME,
            pubdate=edition.first_published_at,
            updateddate=edition.updated_at,
            entry_language=edition.language,
            categories=[_held(topic) for topic in entry.topics],
            content_html=_held(render_to_string("stories/feed_entry.html", {"entry": entry, "at": at})),
        )
    return _answer(feed)


@public_page
def correction_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the newest corrections of all pages that can be read; each leads to the edition that made it."""
    site = settings.SITE_URL.rstrip("/")
    title = gettext("{site}: corrections").format(site=settings.SITE_NAME)
    feed = _feed(title, page=reverse("corrections"), own=reverse("correction_feed"))
    for correction in newest_corrections(at=moment_of(request)):
        edition = correction.edition
        with translation.override(edition.language):
            entry = gettext("Correction: {title}").format(title=correction.page.title)
            content = render_to_string("stories/correction_entry.html", {"correction": correction, "site_url": site})
        feed.add_item(
            title=_held(entry),
            link=f"{site}{correction.url}",
            description=_held(escape(edition.is_right)),
            unique_id=f"urn:uuid:{correction.key}",
            author_name=settings.SITE_NAME,
            pubdate=edition.live_from,
            updateddate=edition.live_from,
            entry_language=edition.language,
            content_html=_held(content),
        )
    return _answer(feed)


def _feed(title: str, *, page: str, own: str) -> WholeTextFeed:
    """Return an empty feed of what stands at the path ``page``; its ``own`` path is the self link."""
    site = settings.SITE_URL.rstrip("/")
    return WholeTextFeed(
        title=title,
        link=f"{site}{page}",
        description="",
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        feed_url=f"{site}{own}",
    )


def _answer(feed: WholeTextFeed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _held(text: str) -> str:
    """Return the text as XML can hold it."""
    return _NOT_IN_XML.sub("", text)
