"""The app of stored pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Stored pages, and the keys that say whether they still hold."""

    name = "newsroom.page_cache"
    label = "pages"
