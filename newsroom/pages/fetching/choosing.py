"""Chooses how the database of the settings is asked."""

from django.db import connection

from newsroom.pages.fetching.holding import Holding
from newsroom.pages.fetching.postgresql import PostgreSQLPages
from newsroom.pages.fetching.sqlite import SQLitePages
from newsroom.pages.fetching.statement import Fetch


def fetcher(release: str) -> Fetch:
    """Return what fetches the pages of ``release``, from as many threads as there are. Nothing is asked yet."""
    if connection.vendor == "sqlite":
        return Holding(SQLitePages(str(connection.settings_dict["NAME"]), release))
    return Holding(PostgreSQLPages(connection.get_connection_params(), release))
