"""The module that Django looks for in a database backend."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

from newsroom.db.outages import attempts


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL, from the pool of the process where the settings ask for one."""

    @property
    def pool(self) -> Any:
        """The pool of this process; it tries each connection before it hands it out."""
        if options := self.settings_dict["OPTIONS"].get("pool"):
            options.setdefault("check", self._check)
        return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection; raise at once where an attempt has just been in vain."""
        with attempts.attempt():
            return super().get_new_connection(conn_params)

    def _check(self, found: "psycopg.Connection[Any]") -> None:
        """Raise what the driver raises where a connection has ended; all that lie ready beside it are then made anew.

        A restart ends all of them, and after the second one the pool would wait a second before it takes the next.
        """
        try:
            ConnectionPool.check_connection(found)
        except psycopg.Error:
            self.pool.drain()
            raise
