"""A cache of recently read pages in the memory of one process. A cached page is used until any page key changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from newsroom.page_cache.fetch.validity import FetchedPage

# The maximum size of the cache, in bytes. A page for which there is no room replaces all other pages. Popular pages are
# soon cached again, even after a client has read the whole archive.
MAX_BYTES = 4_000_000
_OVERHEAD = 500  # estimated bytes of a page in addition to its content and headers


class PageDatabase[Version](Protocol):
    """The interface of a database with stored pages.

    Exceptions of the database driver propagate from all methods; the next call then reconnects.
    """

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, Version | None] | None:
        """Return the page at ``address`` that is valid at ``at``, with the version of ``LATEST``, or None.

        The version is None if ``LATEST`` has not been stored yet.
        """

    def has_page(self, address: str) -> bool:
        """Return whether a page is stored at the address, valid or not."""

    def is_current(self, address: str, at: datetime, *, tag: str, latest: Version) -> bool:
        """Return whether the page with this ``tag`` is still valid, and ``LATEST`` still has this version."""


@dataclass(slots=True)
class _CachedPages[Version]:
    """Pages, keyed by address, that were valid while the version of ``LATEST`` was ``latest``."""

    latest: Version | None = None
    pages: dict[str, FetchedPage] = field(default_factory=dict)
    size: int = 0


class MemoryCache[Version]:
    """A ``Fetch`` with a cache.

    Each call queries the database, even if the page is cached, to check that the page is still valid. A call returns
    only a page that is stored at that moment. As long as no page key has changed since a page was last found valid, its
    versions are not compared and its content is not read again.
    """

    def __init__(self, database: PageDatabase[Version]) -> None:
        self._database = database
        self._cache: _CachedPages[Version] = _CachedPages()

    def __call__(self, address: str, at: datetime) -> FetchedPage | None:
        """Return the page that is stored at ``address`` and valid at ``at``, or None.

        Errors of the database driver propagate.
        """
        cache = self._cache
        page, latest = cache.pages.get(address), cache.latest
        if page and latest is not None and self._database.is_current(address, at, tag=page.tag, latest=latest):
            return page
        result = self._database.fetch(address, at)
        if result is None:
            return None
        page, latest = result
        if latest is not None:
            self._add_to_cache(address, page, latest)
        return page

    def has_page(self, address: str) -> bool:
        """Return whether a page is stored at ``address``, valid or not. Errors of the database driver propagate."""
        return self._database.has_page(address)

    def _add_to_cache(self, address: str, page: FetchedPage, latest: Version) -> None:
        cache = self._cache
        # Other threads may do this at the same time. All pages in one _CachedPages were valid at its version of LATEST.
        replaced = cache.pages.get(address)
        growth = _size_of(page) - (_size_of(replaced) if replaced else 0)
        if cache.latest != latest or cache.size + growth > MAX_BYTES:
            self._cache = _CachedPages(latest, {address: page}, _size_of(page))
        else:
            cache.pages[address] = page
            cache.size += growth


def _size_of(page: FetchedPage) -> int:
    return len(page.content) + len(page.headers) + _OVERHEAD
