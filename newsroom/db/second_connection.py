"""Connections, in addition to those in the settings, to the site's database or to another one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend


def complete_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of a database with Django's defaults, and without a pool."""
    options = {name: value for name, value in config["OPTIONS"].items() if name != "pool"}
    completed: dict[str, Any] = connections.configure_settings({"default": {**config, "OPTIONS": options}})["default"]
    return completed


@contextmanager
def second_connection(config: Mapping[str, Any], alias: str) -> Iterator[BaseDatabaseWrapper]:
    """During the block, provide a connection that this thread can use under ``alias``, for example with ``using()``."""
    connection = load_backend(config["ENGINE"]).DatabaseWrapper(complete_config(config), alias)
    connections[alias] = connection
    try:
        yield connection
    finally:
        connection.close()
        del connections[alias]
