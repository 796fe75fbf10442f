"""A cache of the pages that were read last, in the memory of one process, valid while no page key changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from newsroom.page_cache.fetch.statements import FetchedPage

# Bytes of responses. A page that would exceed the limit replaces all others. Pages in demand are soon back in the
# cache, even after a client has read the whole archive.
MAX_BYTES = 8_000_000
_BESIDE = 500  # bytes of a page in addition to its content and headers, an estimate


class PageDatabase[Version](Protocol):
    """The interface of a database that holds stored pages.

    Both methods raise what the database driver raises; the next call connects again.
    """

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, Version | None] | None:
        """Return the page that is valid at ``at``, and the version of ``LATEST`` or None; None without a page."""

    def is_current(self, address: str, at: datetime, *, tag: str, latest: Version) -> bool:
        """Return whether the page with this ``tag`` is still valid, and ``LATEST`` still has this version."""


@dataclass(slots=True)
class _CachedPages[Version]:
    """Pages by address that were valid while the version of ``LATEST`` was ``latest``."""

    latest: Version | None = None
    pages: dict[str, FetchedPage] = field(default_factory=dict)
    size: int = 0


class MemoryCache[Version]:
    """A ``Fetch`` with a cache: each call asks the database whether the cached page is still valid.

    It returns only pages that are stored at this moment. While no page key has changed since a page was found valid,
    its versions are not compared again, and its content is not read again.
    """

    def __init__(self, database: PageDatabase[Version]) -> None:
        self._database = database
        self._held: _CachedPages[Version] = _CachedPages()

    def __call__(self, address: str, at: datetime) -> FetchedPage | None:
        """Return the page that is stored at ``address`` and valid at ``at``, or None; raise what the driver raises."""
        held = self._held
        page, latest = held.pages.get(address), held.latest
        if page and latest is not None and self._database.is_current(address, at, tag=page.tag, latest=latest):
            return page
        found = self._database.fetch(address, at)
        if found is None:
            return None
        page, latest = found
        if latest is not None:
            self._hold(address, page, latest)
        return page

    def _hold(self, address: str, page: FetchedPage, latest: Version) -> None:
        """Add a valid page to the cache."""
        held = self._held
        # Other threads do this at the same time. The pages of one ``_Held`` were all found with its version of
        # ``LATEST``.
        replaced = held.pages.get(address)
        growth = _size_of(page) - (_size_of(replaced) if replaced else 0)
        if held.latest != latest or held.size + growth > MAX_BYTES:
            self._held = _CachedPages(latest, {address: page}, _size_of(page))
        else:
            held.pages[address] = page
            held.size += growth


def _size_of(page: FetchedPage) -> int:
    return len(page.content) + len(page.headers) + _BESIDE
