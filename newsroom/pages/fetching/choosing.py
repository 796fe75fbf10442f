"""Chooses how the database of the settings is asked."""

from django.db import connection

from newsroom.pages.fetching.postgresql import PostgreSQLFetch
from newsroom.pages.fetching.sqlite import SQLiteFetch
from newsroom.pages.fetching.statement import Fetch


def fetcher(release: str) -> Fetch:
    """Return what fetches the pages of ``release``, from as many threads as there are. Nothing is asked yet."""
    if connection.vendor == "sqlite":
        return SQLiteFetch(str(connection.settings_dict["NAME"]), release)
    return PostgreSQLFetch(connection.get_connection_params(), release)
