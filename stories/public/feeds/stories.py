"""Feeds of stories: all stories in three formats, the stories of a topic or an outlet in Atom.

Each feed holds the stories that the lists of one language hold; its address names the language.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from newsroom.http.clock import request_time
from newsroom.http.languages import list_prefix
from newsroom.page_cache.dependencies import PageDependencies, get_dependencies
from newsroom.page_cache.responses import public_page
from stories.editions.models import Edition
from stories.public.feeds.json import build_story_feed
from stories.public.feeds.xml import AtomFeed, DeterministicFeed, RssFeed, add_entry, create_feed, feed_response
from stories.public.pages.copies.feed_entries import (
    Entry,
    newest_entries,
    newest_stories,
    stories_about,
    stories_citing,
)
from stories.public.pages.history.corrections import corrections_of


@public_page
def story_feed(request: HttpRequest) -> HttpResponse:
    """Return the twenty newest stories as Atom."""
    at, dependencies = request_time(request), get_dependencies(request)
    feed = create_feed(AtomFeed, settings.SITE_NAME, page=reverse("front_page"), own=reverse("story_feed"))
    return _filled(feed, newest_stories(at=at, dependencies=dependencies), dependencies=dependencies)


@public_page
def story_rss(request: HttpRequest) -> HttpResponse:
    """Return the twenty newest stories as RSS."""
    at, dependencies = request_time(request), get_dependencies(request)
    feed = create_feed(
        RssFeed,
        settings.SITE_NAME,
        page=reverse("front_page"),
        own=reverse("story_rss"),
        description=gettext("The news explained, the papers side by side"),
    )
    return _filled(feed, newest_stories(at=at, dependencies=dependencies), dependencies=dependencies)


@public_page
def story_json_feed(request: HttpRequest) -> HttpResponse:
    """Return the twenty newest stories as JSON Feed."""
    at, dependencies = request_time(request), get_dependencies(request)
    entries = newest_entries(
        newest_stories(at=at, dependencies=dependencies), site=settings.SITE_URL, at=at, dependencies=dependencies
    )
    corrections = corrections_of({entry.edition.uid for entry in entries}, at=at)
    return build_story_feed([(entry, _html(entry, at=at), corrections.get(entry.edition.uid, [])) for entry in entries])


@public_page
def topic_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest stories about one topic as Atom."""
    at, dependencies = request_time(request), get_dependencies(request)
    topic, stories = stories_about(slug, at=at, dependencies=dependencies)
    title = gettext("{site}: {name}").format(site=settings.SITE_NAME, name=topic.name)
    own = reverse("topic_feed", args=[topic.slug])
    feed = create_feed(AtomFeed, title, page=topic.get_absolute_url(), own=own, guid=_guid(topic.uid))
    return _filled(feed, stories, dependencies=dependencies)


@public_page
def source_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest stories that name one outlet as Atom."""
    at, dependencies = request_time(request), get_dependencies(request)
    outlet, stories = stories_citing(slug, at=at, dependencies=dependencies)
    title = gettext("{site}: {name}").format(site=settings.SITE_NAME, name=outlet.name)
    own = reverse("outlet_feed", args=[outlet.slug])
    feed = create_feed(AtomFeed, title, page=outlet.get_absolute_url(), own=own, guid=_guid(outlet.uid))
    return _filled(feed, stories, dependencies=dependencies)


def _guid(uid: UUID) -> str:
    """Return the id of the feed of one topic or outlet: one for each language.

    In the site's first language it is the bare uid, which feeds had before there were several languages.
    """
    language = list_prefix(get_language())
    return f"urn:uuid:{uuid5(uid, language) if language else uid}"


def _filled(feed: DeterministicFeed, stories: QuerySet[Edition], *, dependencies: PageDependencies) -> HttpResponse:
    """Return the response with the newest of ``stories`` added to ``feed``."""
    for entry in newest_entries(stories, site=settings.SITE_URL, at=dependencies.at, dependencies=dependencies):
        edition = entry.edition
        add_entry(
            feed,
            title=edition.title,
            path=edition.get_absolute_url(),
            key=edition.uid,
            summary=escape(edition.summary),
            html=_html(entry, at=dependencies.at),
            language=edition.language,
            published=edition.first_published_at,
            updated=edition.updated_at,
            authors=entry.byline,
            categories=entry.topics,
        )
    return feed_response(feed)


def _html(entry: Entry, *, at: datetime) -> str:
    return render_to_string("public/feed_entry.html", {"entry": entry, "at": at})
