"""The configuration of search as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app of the search index."""

    name = "newsroom.search"
    label = "search"
    verbose_name = "Search"
