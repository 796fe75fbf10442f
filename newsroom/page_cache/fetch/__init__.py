"""Read valid stored pages over connections that Django does not use."""

from django.db import connection

from newsroom.page_cache.fetch.memory_cache import MemoryCache
from newsroom.page_cache.fetch.postgresql import PostgreSQLPages
from newsroom.page_cache.fetch.sqlite import SQLitePages
from newsroom.page_cache.fetch.validity import Fetch, FetchedPage

__all__ = ["Fetch", "FetchedPage", "make_fetcher"]


def make_fetcher(release: str) -> "MemoryCache[int] | MemoryCache[bytes]":
    """Return a thread-safe callable that fetches the stored pages of ``release``. No query is made yet."""
    if connection.vendor == "sqlite":
        return MemoryCache(SQLitePages(str(connection.settings_dict["NAME"]), release))
    return MemoryCache(PostgreSQLPages(connection.get_connection_params(), release))
