"""Fetches what is stored at an address, if it still holds: one prepared statement on a connection of its own."""

from newsroom.pages.fetching.choosing import fetcher
from newsroom.pages.fetching.statement import Fetch, Stored

__all__ = ["Fetch", "Stored", "fetcher"]
