"""The Atom feed of corrections."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from newsroom.http.clock import request_time
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import public_page
from stories.public.feeds.xml import AtomFeed, add_entry, create_feed, feed_response
from stories.public.pages.history.corrections import newest_corrections


@public_page
def correction_feed(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed of the newest corrections to live pages in the active language.

    Each entry links to the edition with the correction.
    """
    title = gettext("{site}: corrections").format(site=settings.SITE_NAME)
    feed = create_feed(AtomFeed, title, page=reverse("corrections"), feed_url=reverse("correction_feed"))
    for correction in newest_corrections(at=request_time(request), dependencies=get_dependencies(request)):
        edition = correction.edition
        context = {"correction": correction, "site_url": settings.SITE_URL}
        with translation.override(edition.language):
            add_entry(
                feed,
                title=gettext("Correction: {title}").format(title=correction.page.title),
                path=correction.url,
                key=correction.entry_uid,
                summary=escape(edition.is_right),
                html=render_to_string("public/correction_entry.html", context),
                language=edition.language,
                published=edition.live_from,
                updated=edition.live_from,
            )
    return feed_response(feed)
