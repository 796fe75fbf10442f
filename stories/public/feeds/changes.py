"""Feeds of what the editions of one story changed, for readers who follow it."""

from datetime import datetime
from uuid import uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from newsroom.http.clock import request_time
from newsroom.page_cache.responses import WithdrawnError, public_data, public_text
from stories.public.feeds.json import absolute_url, build_feed
from stories.public.feeds.xml import AtomFeed, add_entry, create_feed, feed_response
from stories.public.pages.history.changes import AnnouncedChanges, Stage


@public_text
def change_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the announced changes of one story as Atom, newest first; each entry links to its edition."""
    page = AnnouncedChanges.load(slug, under="/changes.atom", at=request_time(request))
    with translation.override(page.edition.language):
        atom = create_feed(
            AtomFeed,
            _title(page),
            page=page.edition.get_absolute_url(),
            own=reverse("story_changes_feed", args=[slug]),
            language=page.edition.language,
            guid=f"urn:uuid:{uuid5(page.edition.uid, 'changes')}",
        )
        for stage in page.told:
            edition = stage.edition
            add_entry(
                atom,
                title=_said(stage),
                path=stage.url,
                key=stage.entry_uid,
                summary=escape(stage.change_text),
                html=_html(stage),
                language=edition.language,
                published=edition.live_from,
                updated=edition.live_from,
            )
    return feed_response(atom)


@public_data
def change_json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the announced changes of one story as JSON Feed.

    The feed of a withdrawn story is marked as expired and holds its notice alone.
    """
    own = reverse("story_changes_json", args=[slug])
    try:
        page = AnnouncedChanges.load(slug, under="/changes.json", at=request_time(request))
    except WithdrawnError as withdrawn:
        return _expired(withdrawn, page=reverse("story", args=[slug]), own=own)
    with translation.override(page.edition.language):
        items = [_item(stage) for stage in page.told]
        place = page.edition.get_absolute_url()
        return build_feed(_title(page), page=place, own=own, language=page.edition.language, items=items)


def _item(stage: Stage) -> dict[str, object]:
    edition = stage.edition
    changed: dict[str, object] = {"edition": edition.label, "kind": edition.change}
    if stage.is_correction:
        changed |= {"was_wrong": edition.was_wrong, "is_right": edition.is_right}
    return {
        "id": f"urn:uuid:{stage.entry_uid}",
        "url": absolute_url(stage.url),
        "title": _said(stage),
        "content_html": _html(stage),
        "summary": stage.change_text,
        **_dated(edition.live_from, edition.language),
        "_newsroom": changed,
    }


def _expired(withdrawn: WithdrawnError, *, page: str, own: str) -> HttpResponse:
    """Return an expired feed that holds the notice of the withdrawn page, and nothing that the page said."""
    with translation.override(withdrawn.language):
        title = gettext("This page was withdrawn")
    item: dict[str, object] = {
        "id": f"{absolute_url(page)}#{withdrawn.when.isoformat()}",
        "url": absolute_url(page),
        "title": title,
        "content_text": withdrawn.notice,
        **_dated(withdrawn.when, withdrawn.language),
    }
    return build_feed(title, page=page, own=own, language=withdrawn.language, items=[item], expired=True)


def _dated(when: datetime, language: str) -> dict[str, object]:
    """Return the members that each item has for its dates, its language and its author."""
    day = when.isoformat(timespec="seconds")
    return {
        "date_published": day,
        "date_modified": day,
        "authors": [{"name": settings.SITE_NAME}],
        "language": language,
    }


def _title(page: AnnouncedChanges) -> str:
    return gettext("Changes to “{title}”").format(title=page.edition.title)


def _said(stage: Stage) -> str:
    """Return the title of an entry: the kind of change and the label of the edition."""
    edition = stage.edition
    return gettext("{change}, edition {label}").format(change=edition.get_change_display(), label=edition.label)


def _html(stage: Stage) -> str:
    return render_to_string("public/change_entry.html", {"stage": stage, "site_url": settings.SITE_URL})
