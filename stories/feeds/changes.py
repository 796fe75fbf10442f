"""The feed of what one story changed, for those who follow it."""

from uuid import uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from newsroom.clock import moment_of
from newsroom.pages.answering import public_text
from stories.feeds.xml import AtomFeed, add, answered, begun
from stories.reading.changes import ToldChanges


@public_text
def change_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with what the editions of one story told readers, newest first; each leads to the edition that did."""
    page = ToldChanges.load(slug, at=moment_of(request))
    with translation.override(page.edition.language):
        feed = begun(
            AtomFeed,
            gettext("Changes to “{title}”").format(title=page.edition.title),
            page=page.edition.get_absolute_url(),
            own=reverse("story_changes_feed", args=[slug]),
            language=page.edition.language,
            guid=f"urn:uuid:{uuid5(page.edition.uid, 'changes')}",
        )
        for stage in page.told:
            edition = stage.edition
            title = gettext("{change}, edition {label}")
            context = {"stage": stage, "site_url": settings.SITE_URL}
            add(
                feed,
                title=title.format(change=edition.get_change_display(), label=edition.label),
                path=stage.url,
                key=stage.key,
                summary=escape(stage.words),
                html=render_to_string("stories/change_entry.html", context),
                language=edition.language,
                published=edition.live_from,
                updated=edition.live_from,
            )
    return answered(feed)
