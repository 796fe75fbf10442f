"""The feed of stories as JSON Feed 1.1, with what the format has no word for under ``_newsroom``."""

import json
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from stories.reading.feed import Entry
from stories.reading.lately import Told
from stories.reading.share_pictures import SharePicture

VERSION = "https://jsonfeed.org/version/1.1"


def written(entries: Iterable[tuple[Entry, str, list[Told]]]) -> bytes:
    """Return the feed of ``entries``: each a story, its whole text as HTML, and its corrections, newest first."""
    feed = {
        "version": VERSION,
        "title": settings.SITE_NAME,
        "home_page_url": _full(reverse("front")),
        "feed_url": _full(reverse("story_json_feed")),
        "description": gettext("The news explained, the papers side by side"),
        "language": settings.SITE_LANGUAGES[0],
        "authors": [{"name": settings.SITE_NAME, "url": _full("/")}],
        "items": [_item(entry, html, corrections) for entry, html, corrections in entries],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry, html: str, corrections: list[Told]) -> dict[str, object]:
    edition = entry.edition
    return {
        "id": f"urn:uuid:{edition.uid}",
        "url": _full(edition.get_absolute_url()),
        "title": edition.title,
        "content_html": html,
        "summary": edition.summary,
        "image": _full(SharePicture.of_edition(edition).url),
        "date_published": edition.first_published_at.isoformat(timespec="seconds"),
        "date_modified": edition.updated_at.isoformat(timespec="seconds"),
        "authors": [{"name": name} for name in entry.byline or (settings.SITE_NAME,)],
        "tags": list(entry.topics),
        "language": edition.language,
        "_newsroom": {
            "edition": edition.label,
            "outlets": edition.outlet_count,
            "minutes": edition.minutes,
            "corrections": [_correction(told) for told in corrections],
        },
    }


def _correction(told: Told) -> dict[str, str]:
    edition = told.edition
    return {
        "date": edition.live_from.isoformat(timespec="seconds"),
        "was_wrong": edition.was_wrong,
        "is_right": edition.is_right,
        "note": edition.note,
        "url": _full(told.url),
    }


def _full(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
