"""The connection class of the backend. Django requires this name for the module."""

from functools import partial
from time import perf_counter
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg_pool import ConnectionPool

from newsroom.counters import Histogram
from newsroom.db.outages import attempts

CONNECTION_WAIT = Histogram(
    "newsroom_connection_wait_seconds",
    "Seconds until a connection to PostgreSQL was there, or was given up.",
    bounds=(0.001, 0.01, 0.1, 0.5, 1.0, 2.0),
)
# The maximum number of prepared statements per connection. Publishing and reading execute about a hundred different ones.
# The driver also remembers the texts of as many other statements, a kilobyte or more each.
_MAX_PREPARED = 300


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL, taken from the process's pool if the settings define one."""

    attempts = attempts  # shared by all connections of the process to the primary

    @property
    def pool(self) -> Any:
        """The pool of this process, which checks connections before they are used; None if the settings define none."""
        if options := self.settings_dict["OPTIONS"].get("pool"):
            # Not a bound method: Django makes deep copies of these options, and a connection cannot be copied in this
            # way.
            options.setdefault("check", partial(check_pooled, self.alias))
        return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection, from the pool if there is one.

        Raise RecentTimeoutError immediately if no attempt to connect may be made yet.
        """
        started = perf_counter()
        try:
            with self.attempts.attempt():
                connection = super().get_new_connection(conn_params)
        finally:
            CONNECTION_WAIT.observe(perf_counter() - started)
        connection.prepared_max = _MAX_PREPARED
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor whose statements the server prepares once per connection."""
        # Django's own cursor writes the values into the statements, so the server would prepare each of them anew.
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor: CursorWrapper = self._prepare_cursor(base.ServerBindingCursor(self.connection))  # type: ignore[attr-defined, call-arg]  # not in the stubs
            return cursor

    def chunked_cursor(self) -> Any:
        """Return a cursor that fetches rows in chunks or, outside a transaction, all at once."""
        # Outside a transaction, Django's cursor belongs to the session, which a pooler may give to another client.
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()


def check_pooled(alias: str, pooled: "psycopg.Connection[Any]") -> None:
    """If a connection has ended, make the pool of ``alias`` replace all its connections, and raise psycopg.Error."""
    try:
        ConnectionPool.check_connection(pooled)
    except psycopg.Error:
        # A restart ends all connections. After a second failure, the pool would wait a second before the next try.
        DatabaseWrapper._connection_pools[alias].drain()  # type: ignore[attr-defined]  # not in the stubs
        raise
