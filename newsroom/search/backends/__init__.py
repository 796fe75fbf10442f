"""The full-text index of the database in use."""

from types import ModuleType

from django.db import connection

from newsroom.search.backends import postgresql, sqlite


def get_backend() -> ModuleType:
    """Return the module that reads and writes the index. The modules for both databases have the same functions."""
    return sqlite if connection.vendor == "sqlite" else postgresql
