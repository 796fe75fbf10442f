"""The configuration of the app."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The configuration of the app."""

    name = "topics"
    verbose_name = "Topics"
