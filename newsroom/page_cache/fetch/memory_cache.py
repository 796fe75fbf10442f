"""Holds the pages that were read last in the memory of a process, for as long as no key has changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from newsroom.page_cache.fetch.statements import Stored

# So many bytes of answers. One more, and all begins anew: what is asked for often is soon held again, also after
# somebody has read the whole archive.
MOST_HELD = 8_000_000
_BESIDE = 500  # bytes of a page that are not its content or its headers, about


class Asking[Version](Protocol):
    """What is asked of a database. Both raise what its driver raises; the next call connects anew."""

    def found(self, address: str, at: datetime) -> tuple[Stored, Version | None] | None:
        """Return what is stored at ``address`` and holds at ``at``, and which version ``LATEST`` has, None without one."""

    def is_still(self, address: str, at: datetime, *, tag: str, latest: Version) -> bool:
        """Say whether what has this ``tag`` is stored at ``address`` and holds at ``at``, as ``LATEST`` has this version still."""


@dataclass(slots=True)
class _Held[Version]:
    """What was found to hold, by address, while the version of ``LATEST`` was ``latest``."""

    latest: Version | None = None
    pages: dict[str, Stored] = field(default_factory=dict)
    size: int = 0


class Holding[Version]:
    """Fetches stored pages, as ``Fetch`` says: each time the database is asked whether what is held holds still.

    Nothing is handed out that is not stored at this very moment. But while no key has changed since a page was found to
    hold, that page need be neither compared key by key nor sent again.
    """

    def __init__(self, database: Asking[Version]) -> None:
        self._database = database
        self._held: _Held[Version] = _Held()

    def __call__(self, address: str, at: datetime) -> Stored | None:
        """Return what is stored at ``address`` and holds at ``at``. Raises what the driver raises."""
        held = self._held
        page, latest = held.pages.get(address), held.latest
        if page and latest is not None and self._database.is_still(address, at, tag=page.tag, latest=latest):
            return page
        found = self._database.found(address, at)
        if found is None:
            return None
        page, latest = found
        if latest is not None:
            self._hold(address, page, latest)
        return page

    def _hold(self, address: str, page: Stored, latest: Version) -> None:
        """Remember that a page holds. Other threads do so at the same time: what lies together was found together."""
        held = self._held
        size = len(page.content) + len(page.headers) + _BESIDE
        if held.latest != latest or held.size + size > MOST_HELD:
            self._held = _Held(latest, {address: page}, size)
        else:
            held.pages[address] = page
            held.size += size
