"""The configuration of the app."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Registers the app."""

    name = "stories"
    verbose_name = "Stories"
