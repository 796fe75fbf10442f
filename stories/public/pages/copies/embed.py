"""The embed of a story, a short version of its page that other sites show in a frame."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import resolve

from newsroom.http.clock import start_of_next_year
from newsroom.page_cache.dependencies import NAMES, PageDependencies
from newsroom.page_cache.responses import MovedError, WithdrawnError
from newsroom.site.reader_reports.same_origin import origin_of
from newsroom.text.join import join_list
from stories.editions.models import Edition
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.lists.cards import expire_at_midnight, load_first_topics
from stories.public.pages.resolve import get_live_page, get_page_under


@dataclass(frozen=True, slots=True)
class Embed:
    """The embed of a story, with the name of its first topic."""

    edition: Edition
    topic: str
    at: datetime

    @classmethod
    def load(cls, slug: str, *, dependencies: PageDependencies) -> Self:
        """Return the embed of the story at this address, at the time of ``dependencies``, in at most four queries.

        ``dependencies`` records what the embed depends on. Raise the same exceptions as ``get_page_under``.
        """
        edition = get_page_under("story", slug, at=dependencies.at, under="/embed/", dependencies=dependencies)
        dependencies.read_versions([NAMES])
        expire_at_midnight([edition], dependencies)
        dependencies.limit_validity(start_of_next_year(dependencies.at))
        return cls._build(edition, at=dependencies.at)

    @classmethod
    def from_url(cls, url: str, *, at: datetime) -> Self:
        """Return the embed of the story at this absolute URL, in at most five queries. The URL may be a former one.

        Raise Http404 if the URL does not belong to a live story, for example because it leads to another site, or
        because the story has been withdrawn.
        """
        try:
            return cls._build(get_live_page("story", _parse_slug(url), at=at), at=at)
        except MovedError as moved:
            return cls.from_url(f"{settings.SITE_URL}{moved.url}", at=at)
        except WithdrawnError as withdrawn:
            raise Http404 from withdrawn

    @classmethod
    def _build(cls, edition: Edition, *, at: datetime) -> Self:
        return cls(edition, load_first_topics([edition]).get(edition.pk, ""), at)

    @property
    def byline(self) -> str:
        """The names of the contributors, or the name of the site if there are none."""
        names = (contributor["name"] for contributor in self.edition.fragments.get("byline", ()))
        return join_list(names) or settings.SITE_NAME

    @property
    def picture(self) -> ShareImage:
        """The share image of the story."""
        return ShareImage.of_edition(self.edition)


def _parse_slug(url: str) -> str:
    """Return the slug in the absolute URL of a story. Raise Http404 for any other URL."""
    try:
        parts = urlsplit(url)
        is_own_site = origin_of(url) == origin_of(settings.SITE_URL) and parts.username is None
    except ValueError as error:  # invalid brackets or an invalid port
        raise Http404 from error
    if not is_own_site:
        raise Http404
    match = resolve(unquote(parts.path) or "/")
    if match.url_name != "story":
        raise Http404
    return str(match.kwargs["slug"])
