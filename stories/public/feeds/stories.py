"""Feeds of stories: all stories in three formats, and the stories of a topic or an outlet in Atom.

Each feed contains the newest stories in the lists of the active language.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from newsroom.accounts.models import Contributor
from newsroom.http.clock import request_time
from newsroom.http.languages import list_prefix
from newsroom.outlets.models import Outlet
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
    stories_by,
    stories_citing,
)
from stories.public.pages.history.corrections import load_corrections
from stories.public.pages.lists.cards import load_heading_topics
from topics.models import Topic
from topics.navigation import load_navigation


@public_page
def story_feed(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed of the newest stories."""
    at, dependencies = request_time(request), get_dependencies(request)
    feed = create_feed(AtomFeed, settings.SITE_NAME, page=reverse("front_page"), feed_url=reverse("story_feed"))
    return _build_response(feed, newest_stories(at=at, dependencies=dependencies), dependencies=dependencies)


@public_page
def story_rss(request: HttpRequest) -> HttpResponse:
    """Return an RSS feed of the newest stories."""
    at, dependencies = request_time(request), get_dependencies(request)
    feed = create_feed(
        RssFeed,
        settings.SITE_NAME,
        page=reverse("front_page"),
        feed_url=reverse("story_rss"),
        description=gettext("The news explained, the papers side by side"),
    )
    return _build_response(feed, newest_stories(at=at, dependencies=dependencies), dependencies=dependencies)


@public_page
def story_json_feed(request: HttpRequest) -> HttpResponse:
    """Return a JSON feed of the newest stories."""
    at, dependencies = request_time(request), get_dependencies(request)
    entries = newest_entries(
        newest_stories(at=at, dependencies=dependencies), site=settings.SITE_URL, at=at, dependencies=dependencies
    )
    corrections = load_corrections({entry.edition.uid for entry in entries}, at=at)
    drawn = [entry.edition for entry in entries if not entry.picture]
    return build_story_feed(
        [(entry, _render_entry(entry, at=at), corrections.get(entry.edition.uid, [])) for entry in entries],
        load_heading_topics(drawn, load_navigation(dependencies)) if drawn else {},
    )


@public_page
def topic_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an Atom feed of the newest stories about a topic."""
    return _build_feed_of(request, slug, view="topic_feed", load=stories_about)


@public_page
def outlet_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an Atom feed of the newest stories that name an outlet."""
    return _build_feed_of(request, slug, view="outlet_feed", load=stories_citing)


@public_page
def author_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an Atom feed of the newest stories by an author."""
    return _build_feed_of(request, slug, view="author_feed", load=stories_by)


class _Load[T](Protocol):
    """A function that returns the object at an address, and the newest stories that name it."""

    def __call__(
        self, slug: str, *, at: datetime, dependencies: PageDependencies | None
    ) -> tuple[T, QuerySet[Edition]]: ...


def _build_feed_of[T: Topic | Outlet | Contributor](
    request: HttpRequest, slug: str, *, view: str, load: _Load[T]
) -> HttpResponse:
    at, dependencies = request_time(request), get_dependencies(request)
    named, stories = load(slug, at=at, dependencies=dependencies)
    title = gettext("{site}: {name}").format(site=settings.SITE_NAME, name=named.name)
    feed_url = reverse(view, args=[named.slug])
    feed = create_feed(AtomFeed, title, page=named.get_absolute_url(), feed_url=feed_url, guid=_guid(named.uid))
    return _build_response(feed, stories, dependencies=dependencies)


def _guid(uid: UUID) -> str:
    """Return the id of the feed of a topic, an outlet or an author in the active language.

    In the site's first language, the id is the uid alone, as it was before the site had several languages.
    """
    language = list_prefix(get_language())
    return f"urn:uuid:{uuid5(uid, language) if language else uid}"


def _build_response(
    feed: DeterministicFeed, stories: QuerySet[Edition], *, dependencies: PageDependencies
) -> HttpResponse:
    """Add ``stories`` to ``feed``, and return the response."""
    for entry in newest_entries(stories, site=settings.SITE_URL, at=dependencies.at, dependencies=dependencies):
        edition = entry.edition
        add_entry(
            feed,
            title=edition.title,
            path=edition.get_absolute_url(),
            key=edition.uid,
            summary=escape(edition.summary),
            html=_render_entry(entry, at=dependencies.at),
            language=edition.language,
            published=edition.first_published_at,
            updated=edition.updated_at,
            authors=entry.byline,
            categories=entry.topics,
            picture=entry.picture,
        )
    return feed_response(feed)


def _render_entry(entry: Entry, *, at: datetime) -> str:
    return render_to_string("public/feed_entry.html", {"entry": entry, "at": at})
