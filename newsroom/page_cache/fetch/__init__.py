"""Reading of stored pages that are valid, with one prepared statement on a connection of its own."""

from django.db import connection

from newsroom.page_cache.fetch.memory_cache import Holding
from newsroom.page_cache.fetch.postgresql import PostgreSQLPages
from newsroom.page_cache.fetch.sqlite import SQLitePages
from newsroom.page_cache.fetch.statements import Fetch, Stored

__all__ = ["Fetch", "Stored", "fetcher"]


def fetcher(release: str) -> Fetch:
    """Return a thread-safe callable that fetches the stored pages of ``release``; it makes no query yet."""
    if connection.vendor == "sqlite":
        return Holding(SQLitePages(str(connection.settings_dict["NAME"]), release))
    return Holding(PostgreSQLPages(connection.get_connection_params(), release))
