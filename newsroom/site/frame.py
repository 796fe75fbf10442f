"""What every page shows around its content: the footer's links to about pages, and the line about the demonstration."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Self

from django.conf import settings
from django.utils.translation import get_language

from newsroom.http.languages import list_language
from newsroom.site.models import AboutPage
from newsroom.text.language_cache import cache_by_language


class AboutLink(NamedTuple):
    """A link to an about page. ``language`` is its language tag, or "" if the active language has the same subtag."""

    url: str
    title: str
    role: str
    language: str


class Frame(NamedTuple):
    """The links of the footer, and whether the site has works of the demonstration.

    The footer lists the about pages in the active language. For each role (see ``AboutRole``) that none of them has, it
    lists the page in the first language of the site. If no page is in the active language, it lists all pages in the
    first language.
    """

    about_links: tuple[AboutLink, ...]
    has_demonstration: bool

    @classmethod
    def load(cls, version: int | None) -> Self:
        """Return the frame of a page in the active language.

        ``version`` is the version of the page key of the site. For each version, the frame is cached in this process;
        None disables the cache.
        """
        # The version is read before the rows, so a cached frame is never older than its version.
        if version is None:
            pages, has_demonstration = AboutPage.objects.list_shown()
            return cls(_select_links(pages), has_demonstration)
        return cls(_load_links(version, tuple(settings.SITE_LANGUAGES)), _load_shown(version)[1])


@lru_cache(2)
def _load_shown(version: int) -> tuple[list[AboutPage], bool]:
    return AboutPage.objects.list_shown()


@cache_by_language(100)
def _load_links(version: int, languages: tuple[str, ...]) -> tuple[AboutLink, ...]:
    """Return the links for a version. ``languages``, the languages of the site, is only a part of the cache key."""
    return _select_links(_load_shown(version)[0])


def _select_links(pages: Sequence[AboutPage]) -> tuple[AboutLink, ...]:
    code = list_language(get_language())
    own = {page.role for page in pages if page.language_tag == code}
    return tuple(
        AboutLink(page.get_absolute_url(), page.title, page.role, page.foreign_language)
        for page in pages
        if page.language_tag == code
        or (page.is_in_first_language and (not own or (page.role and page.role not in own)))
    )
