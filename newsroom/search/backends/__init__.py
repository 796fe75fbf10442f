"""The index of words that the database in use has."""

from types import ModuleType

from django.db import connection

from newsroom.search.backends import postgresql, sqlite


def words_index() -> ModuleType:
    """Return the module that asks and writes it: both have the same functions."""
    return sqlite if connection.vendor == "sqlite" else postgresql
