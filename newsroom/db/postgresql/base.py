"""The connection class of the backend, in the module where Django looks for it."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

from newsroom.db.outages import attempts


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL, from the pool of the process if the settings define one."""

    @property
    def pool(self) -> Any:
        """The pool of this process, which checks each connection before handing it out."""
        if options := self.settings_dict["OPTIONS"].get("pool"):
            options.setdefault("check", self._check)
        return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. Raise SilenceError at once if an attempt has just timed out."""
        with attempts.attempt():
            return super().get_new_connection(conn_params)

    def _check(self, found: "psycopg.Connection[Any]") -> None:
        """Raise psycopg.Error if a connection has ended, and have the pool replace all others."""
        try:
            ConnectionPool.check_connection(found)
        except psycopg.Error:
            # A restart ends all connections, and after a second failure the pool would wait a second before the next.
            self.pool.drain()
            raise
