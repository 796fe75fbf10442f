"""The app configuration of the page cache: stored pages, and the page keys that decide whether they are valid."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "newsroom.page_cache"
    label = "pages"
