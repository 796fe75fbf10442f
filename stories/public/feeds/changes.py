"""The feeds of what one story changed, for those who follow it."""

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
from stories.public.feeds.json import feed, full
from stories.public.feeds.xml import AtomFeed, add, answered, begun
from stories.public.pages.history.changes import Stage, ToldChanges


@public_text
def change_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with what the editions of one story told readers, newest first; each leads to the edition that did."""
    page = ToldChanges.load(slug, under="/changes.atom", at=request_time(request))
    with translation.override(page.edition.language):
        atom = begun(
            AtomFeed,
            _title(page),
            page=page.edition.get_absolute_url(),
            own=reverse("story_changes_feed", args=[slug]),
            language=page.edition.language,
            guid=f"urn:uuid:{uuid5(page.edition.uid, 'changes')}",
        )
        for stage in page.told:
            edition = stage.edition
            add(
                atom,
                title=_said(stage),
                path=stage.url,
                key=stage.key,
                summary=escape(stage.words),
                html=_html(stage),
                language=edition.language,
                published=edition.live_from,
                updated=edition.live_from,
            )
    return answered(atom)


@public_data
def change_json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the same as JSON Feed; that of a withdrawn story has expired, and holds its notice alone."""
    own = reverse("story_changes_json", args=[slug])
    try:
        page = ToldChanges.load(slug, under="/changes.json", at=request_time(request))
    except WithdrawnError as withdrawn:
        return _expired(withdrawn, page=reverse("story", args=[slug]), own=own)
    with translation.override(page.edition.language):
        items = [_item(stage) for stage in page.told]
        place = page.edition.get_absolute_url()
        return feed(_title(page), page=place, own=own, language=page.edition.language, items=items)


def _item(stage: Stage) -> dict[str, object]:
    edition = stage.edition
    changed: dict[str, object] = {"edition": edition.label, "kind": edition.change}
    if stage.is_correction:
        changed |= {"was_wrong": edition.was_wrong, "is_right": edition.is_right}
    return {
        "id": f"urn:uuid:{stage.key}",
        "url": full(stage.url),
        "title": _said(stage),
        "content_html": _html(stage),
        "summary": stage.words,
        **_dated(edition.live_from, edition.language),
        "_newsroom": changed,
    }


def _expired(withdrawn: WithdrawnError, *, page: str, own: str) -> HttpResponse:
    """Answer with a feed that says why the page was withdrawn, and nothing of what it said."""
    with translation.override(withdrawn.language):
        title = gettext("This page was withdrawn")
    item: dict[str, object] = {
        "id": f"{full(page)}#{withdrawn.when.isoformat()}",
        "url": full(page),
        "title": title,
        "content_text": withdrawn.notice,
        **_dated(withdrawn.when, withdrawn.language),
    }
    return feed(title, page=page, own=own, language=withdrawn.language, items=[item], expired=True)


def _dated(when: datetime, language: str) -> dict[str, object]:
    """Return what each item says of when it came, in which language, and from whom."""
    day = when.isoformat(timespec="seconds")
    return {
        "date_published": day,
        "date_modified": day,
        "authors": [{"name": settings.SITE_NAME}],
        "language": language,
    }


def _title(page: ToldChanges) -> str:
    return gettext("Changes to “{title}”").format(title=page.edition.title)


def _said(stage: Stage) -> str:
    """Return what kind of change it was, and of which edition."""
    edition = stage.edition
    return gettext("{change}, edition {label}").format(change=edition.get_change_display(), label=edition.label)


def _html(stage: Stage) -> str:
    return render_to_string("public/change_entry.html", {"stage": stage, "site_url": settings.SITE_URL})
