"""Feeds of the changes to a story, for readers who follow it."""

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
    """Return an Atom feed of the announced changes to a story, newest first. Each entry links to its edition."""
    page = AnnouncedChanges.load(slug, under="/changes.atom", at=request_time(request))
    with translation.override(page.edition.language):
        atom = create_feed(
            AtomFeed,
            _format_feed_title(page),
            page=page.edition.get_absolute_url(),
            feed_url=reverse("story_changes_feed", args=[slug]),
            language=page.edition.language,
            guid=f"urn:uuid:{uuid5(page.edition.uid, 'changes')}",
        )
        for stage in page.stages:
            edition = stage.edition
            add_entry(
                atom,
                title=_format_entry_title(stage),
                path=stage.url,
                key=stage.entry_uid,
                summary=escape(stage.change_text),
                html=_render_entry(page, stage),
                language=edition.language,
                published=edition.live_from,
                updated=edition.live_from,
            )
    return feed_response(atom)


@public_data
def change_json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a JSON feed of the announced changes to a story, newest first.

    The feed of a withdrawn story is marked as expired and contains only the notice.
    """
    feed_url = reverse("story_changes_json", args=[slug])
    try:
        page = AnnouncedChanges.load(slug, under="/changes.json", at=request_time(request))
    except WithdrawnError as withdrawn:
        return _build_expired_feed(withdrawn, page=reverse("story", args=[slug]), feed_url=feed_url)
    with translation.override(page.edition.language):
        items = [_build_item(page, stage) for stage in page.stages]
        page_path = page.edition.get_absolute_url()
        return build_feed(
            _format_feed_title(page), page=page_path, feed_url=feed_url, language=page.edition.language, items=items
        )


def _build_item(page: AnnouncedChanges, stage: Stage) -> dict[str, object]:
    edition = stage.edition
    extension: dict[str, object] = {"edition": str(stage.number), "kind": edition.change}
    if claims := page.claims.get(stage.number):
        extension |= {"claims": [change.sentence for change in claims]}
    if stage.is_correction:
        extension |= {"was_wrong": edition.was_wrong, "is_right": edition.is_right}
    return {
        "id": f"urn:uuid:{stage.entry_uid}",
        "url": absolute_url(stage.url),
        "title": _format_entry_title(stage),
        "content_html": _render_entry(page, stage),
        "summary": stage.change_text,
        **_build_common_members(edition.live_from, edition.language),
        "_newsroom": extension,
    }


def _build_expired_feed(withdrawn: WithdrawnError, *, page: str, feed_url: str) -> HttpResponse:
    """Return an expired feed that contains the headline and notice of the withdrawn page, and no other text of it."""
    with translation.override(withdrawn.language):
        title = withdrawn.heading
    item: dict[str, object] = {
        "id": f"{absolute_url(page)}#{withdrawn.when.isoformat()}",
        "url": absolute_url(page),
        "title": title,
        "content_text": withdrawn.notice,
        **_build_common_members(withdrawn.when, withdrawn.language),
    }
    return build_feed(title, page=page, feed_url=feed_url, language=withdrawn.language, items=[item], expired=True)


def _build_common_members(time: datetime, language: str) -> dict[str, object]:
    """Return the members of an item for its dates, its author and its language."""
    formatted_time = time.isoformat(timespec="seconds")
    return {
        "date_published": formatted_time,
        "date_modified": formatted_time,
        "authors": [{"name": settings.SITE_NAME}],
        "language": language,
    }


def _format_feed_title(page: AnnouncedChanges) -> str:
    return gettext("Changes to “{title}”").format(title=page.edition.title)


def _format_entry_title(stage: Stage) -> str:
    """Return the title of an entry: the kind of change and the label of the edition."""
    change = stage.edition.get_change_display()
    return gettext("{change}, edition {label}").format(change=change, label=stage.number)


def _render_entry(page: AnnouncedChanges, stage: Stage) -> str:
    context = {"stage": stage, "claims": page.claims.get(stage.number, ()), "site_url": settings.SITE_URL}
    return render_to_string("public/change_entry.html", context)
