"""The configuration of the app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.search"
    label = "search"
    verbose_name = "Search"
