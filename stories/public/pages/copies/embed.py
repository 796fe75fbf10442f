"""The embed of a story, which other sites show inside their own pages."""

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
from stories.public.pages.lists.cards import expire_at_midnight, first_topics
from stories.public.pages.resolve import get_live_page, get_page_under


@dataclass(frozen=True, slots=True)
class Embed:
    """A story in a few lines, with the name of its first topic."""

    edition: Edition
    topic: str
    at: datetime

    @classmethod
    def load(cls, slug: str, *, dependencies: PageDependencies) -> Self:
        """Return the story at this address, at the time of ``dependencies``, in three queries.

        ``dependencies`` records what the embed is built from. Raise as ``standing_under`` does.
        """
        edition = get_page_under("story", slug, at=dependencies.at, under="/embed/", dependencies=dependencies)
        dependencies.read_versions([NAMES])
        expire_at_midnight([edition], dependencies)
        dependencies.limit_validity(start_of_next_year(dependencies.at))
        return cls._of(edition, at=dependencies.at)

    @classmethod
    def from_url(cls, url: str, *, at: datetime) -> Self:
        """Return the story at this absolute URL, which may be a former one, in at most five queries.

        Raise Http404 if no live story has this address: another site, never published, not yet live, or withdrawn.
        """
        try:
            return cls._of(get_live_page("story", _slug_in(url), at=at), at=at)
        except MovedError as moved:
            return cls.from_url(f"{settings.SITE_URL}{moved.url}", at=at)
        except WithdrawnError as withdrawn:
            raise Http404 from withdrawn

    @classmethod
    def _of(cls, edition: Edition, *, at: datetime) -> Self:
        return cls(edition, first_topics([edition]).get(edition.pk, ""), at)

    @property
    def byline(self) -> str:
        """The names of the contributors, or else that of the site."""
        names = (contributor["name"] for contributor in self.edition.fragments.get("byline", ()))
        return join_list(names) or settings.SITE_NAME

    @property
    def picture(self) -> ShareImage:
        """The share image of the story."""
        return ShareImage.of_edition(self.edition)


def _slug_in(url: str) -> str:
    """Return the slug of the story at this absolute URL; raise Http404 for any other address."""
    try:
        asked = urlsplit(url)
        is_ours = origin_of(url) == origin_of(settings.SITE_URL) and asked.username is None
    except ValueError as error:  # invalid brackets or an invalid port
        raise Http404 from error
    if not is_ours:
        raise Http404
    found = resolve(unquote(asked.path) or "/")
    if found.url_name != "story":
        raise Http404
    return str(found.kwargs["slug"])
