"""The page of an author: who this is, the stories with this byline, and the corrections to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from newsroom.accounts.models import Contributor
from newsroom.db.keyset import Cursor, PreparedPagination
from newsroom.db.statements import PreparedQuery
from newsroom.entities.counts import MAX_ON_OWN_PAGE, CappedCount, Count
from newsroom.entities.mentions import live_mentions
from newsroom.http.languages import translated_name
from newsroom.page_cache.dependencies import (
    NoDependencies,
    PageDependencies,
    list_key,
    page_key,
    version_of_list,
    version_of_object,
)
from newsroom.page_cache.responses import MovedError
from newsroom.page_cache.text_links import render_text
from newsroom.redirects.models import Address
from stories.editions.models import Edition, EditionQuerySet
from stories.public.pages.history.corrections import list_corrections
from stories.public.pages.history.recent_changes import AnnouncedChange
from stories.public.pages.lists.cards import Card, story_cards
from stories.public.pages.works.bylines import is_in_live_byline
from topics.models import Topic
from topics.navigation import load_navigation
from topics.pages import record_dependencies

STORIES_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class KnownTopic:
    """A topic about which an author writes. ``url`` is empty while readers cannot open the topic's page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """The content of an author's page at a given time.

    ``corrections`` are those to the ``stories`` on this page of the list, newest first. A correction moves its story to
    the beginning of the list, so the newest corrections are always on the first page.
    """

    author: Contributor
    at: datetime
    description_html: str
    topics: list[KnownTopic]
    stories: list[Card]
    story_count: Count
    corrections: list[AnnouncedChange]
    next_cursor: Cursor | None
    is_first: bool

    @classmethod
    def load(cls, slug: str, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the author at this address, with the stories that follow the cursor ``before``.

        This takes at most nine queries, and two more to record in ``dependencies`` what the page depends on; three more
        if the description has links by uid. Raise the same exceptions as ``get_public_author``, and Http404 if the
        cursor is invalid.
        """
        author = get_public_author(slug, at=at, dependencies=dependencies)
        named = [topic.remaining for topic in _TOPICS(key=author.pk)]
        record_dependencies(dependencies, *(list_key("topic", topic.uid) for topic in named))
        public = {key for (key,) in _PUBLIC_TOPICS(keys={topic.pk for topic in named}, at=at)} if named else set()
        story_page = _STORIES(before, key=author.pk, at=at)
        is_all = story_page.is_first and story_page.next_cursor is None
        return cls(
            author=author,
            at=at,
            description_html=render_text(author.description, anchor="author", at=at, dependencies=dependencies),
            topics=[
                KnownTopic(topic.name, topic.get_absolute_url() if topic.pk in public else "")
                for topic in dict.fromkeys(named)
            ],
            stories=story_cards(story_page.rows, load_navigation(dependencies or NoDependencies(at=at))),
            story_count=Count(len(story_page.rows)) if is_all else _count_stories(author, at=at),
            corrections=list_corrections({story.uid for story in story_page.rows}, at=at) if story_page.rows else [],
            next_cursor=story_page.next_cursor,
            is_first=story_page.is_first,
        )

    @property
    def languages(self) -> list[str]:
        """The names of the languages in which the author works."""
        return [translated_name(tag) for tag in self.author.language_tags]


def get_public_author(slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Contributor:
    """Return the contributor whose author page has this address, in at most three queries.

    Raise MovedError for a former address, and Http404 if the page is not public: the contributor has none, or is in the
    byline of no live edition.
    """
    rows = _BY_SLUG(slug=slug, at=at)
    if not rows:
        uid = Address.objects.owner_uid(Contributor.address_kind, slug)
        rows = _BY_UID(uid=uid, at=at) if uid else []
        if not rows:
            raise Http404
        raise MovedError(rows[0].get_absolute_url())
    author = rows[0]
    if dependencies:
        versions = vars(author)
        keys = {page_key("author", author.uid): versions["own_version"]}
        keys[list_key("author", author.uid)] = versions["list_version"]
        if author.picture:
            keys[page_key("picture", author.picture.uid)] = versions["picture_version"]
        dependencies.record_versions(keys)
    return author


def list_stories_by(key: int, *, at: datetime) -> EditionQuerySet:
    """Return the editions live at ``at`` that have the contributor with this key in their byline."""
    # Without other conditions on editions, so that a database begins with the bylines, of which there are fewer.
    return Edition.objects.filter(pk__in=live_mentions(Contributor, key, at=at).values("edition"))


def _find_public(at: datetime) -> QuerySet[Contributor]:
    """Return the contributors with a public page, each with the versions of its page keys.

    One statement reads all of this, so that no write can occur between reading a version and reading the row.
    """
    public = Contributor.objects.filter(is_in_live_byline(at), has_page=True).select_related("picture").order_by()
    table = Contributor._meta.db_table
    return public.annotate(
        own_version=version_of_object("author", table),
        list_version=version_of_list("author", table),
        picture_version=version_of_object("picture", "media_image"),
    )


def _find_by_slug(slug: str, at: datetime) -> QuerySet[Contributor]:
    return _find_public(at).filter(slug=slug)


def _find_by_uid(uid: UUID, at: datetime) -> QuerySet[Contributor]:
    return _find_public(at).filter(uid=uid)


def _list_stories(key: int, at: datetime) -> tuple[QuerySet[Edition], list[QuerySet[Any, Any]]]:
    return list_stories_by(key, at=at).for_cards(), []


def _count_stories(author: Contributor, *, at: datetime) -> Count:
    ((number,),) = _COUNT(key=author.pk, at=at)
    return Count(min(number, MAX_ON_OWN_PAGE), number <= MAX_ON_OWN_PAGE)


def _select_count(key: int, at: datetime) -> QuerySet[Any, Any]:
    bylines = (
        live_mentions(Contributor, key, at=at).order_by("-live_from", "live_until").values("pk")[: MAX_ON_OWN_PAGE + 1]
    )
    rows: QuerySet[Any, Any] = Contributor.objects.filter(pk=key).order_by().values_list(CappedCount(bylines))
    return rows


def _list_topics(key: int) -> QuerySet[Topic]:
    return Topic.objects.filter(contributors=key).select_related("merged_into").order_by("folded_name")


def _list_public_topics(keys: set[int], at: datetime) -> QuerySet[Any, Any]:
    return Topic.objects.public(at).filter(pk__in=keys).order_by().values_list("pk")


_BY_SLUG, _BY_UID = PreparedQuery(_find_by_slug), PreparedQuery(_find_by_uid)
_STORIES = PreparedPagination(_list_stories, size=STORIES_ON_A_PAGE)
_COUNT = PreparedQuery(_select_count)
_TOPICS, _PUBLIC_TOPICS = PreparedQuery(_list_topics), PreparedQuery(_list_public_topics)
