"""The configuration of the page cache as a Django app."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The app of stored pages, and of the page keys that decide whether stored pages are valid."""

    name = "newsroom.page_cache"
    label = "pages"
