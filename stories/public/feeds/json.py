"""Feeds in JSON Feed 1.1 format. The extension ``_newsroom`` holds data for which the format has no member."""

import json
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from newsroom.http.languages import list_language
from stories.public.pages.copies.feed_entries import Entry
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.history.recent_changes import AnnouncedChange

VERSION = "https://jsonfeed.org/version/1.1"


def build_story_feed(
    entries: Iterable[tuple[Entry, str, list[AnnouncedChange]]], topics: Mapping[int, str]
) -> HttpResponse:
    """Return the feed of stories.

    Each entry consists of a story, its full text as HTML, and its corrections, newest first. ``topics`` holds the topic
    above the headline of each story without a lead picture, keyed by the edition's key.
    """
    return build_feed(
        settings.SITE_NAME,
        page=reverse("front_page"),
        feed_url=reverse("story_json_feed"),
        language=list_language(get_language()),
        items=[
            _build_item(entry, html, corrections, topics.get(entry.edition.pk, ""))
            for entry, html, corrections in entries
        ],
        description=gettext("The news explained, the papers side by side"),
    )


def build_feed(
    title: str, *, page: str, feed_url: str, language: str, items: list[dict[str, object]], **more: object
) -> HttpResponse:
    """Return a JSON feed for the page at the path ``page``. The path of the feed itself is ``feed_url``.

    ``more`` holds further top-level members of the format.
    """
    feed = {
        "version": VERSION,
        "title": title,
        "home_page_url": absolute_url(page),
        "feed_url": absolute_url(feed_url),
        "language": language,
        "authors": [{"name": settings.SITE_NAME, "url": absolute_url("/")}],
        **({"hubs": [{"type": "WebSub", "url": settings.WEBSUB_HUB}]} if settings.WEBSUB_HUB else {}),
        **more,
        "items": items,
    }
    content = json.dumps(feed, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(content, content_type="application/feed+json")


def _build_item(entry: Entry, html: str, corrections: list[AnnouncedChange], topic: str) -> dict[str, object]:
    edition = entry.edition
    return {
        "id": f"urn:uuid:{edition.uid}",
        "url": absolute_url(edition.get_absolute_url()),
        "title": edition.title,
        "content_html": html,
        "summary": edition.summary,
        "image": entry.picture.url if entry.picture else absolute_url(ShareImage.of_edition(edition, topic).url),
        "date_published": edition.first_published_at.isoformat(timespec="seconds"),
        "date_modified": edition.updated_at.isoformat(timespec="seconds"),
        "authors": [{"name": name} for name in entry.byline or (settings.SITE_NAME,)],
        "tags": list(entry.topics),
        "language": edition.language,
        "_newsroom": {
            "edition": edition.label,
            "outlets": edition.outlet_count,
            "minutes": edition.minutes,
            **({"image_alt": entry.picture.alt, "image_credit": entry.picture.credit} if entry.picture else {}),
            "corrections": [_build_correction(correction) for correction in corrections],
        },
    }


def _build_correction(correction: AnnouncedChange) -> dict[str, str]:
    edition = correction.edition
    return {
        "date": edition.live_from.isoformat(timespec="seconds"),
        "was_wrong": edition.was_wrong,
        "is_right": edition.is_right,
        "note": edition.note,
        "url": absolute_url(correction.url),
    }


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path of this site."""
    return f"{settings.SITE_URL}{path}"
