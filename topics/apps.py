"""The app configuration for topics."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The app configuration for topics."""

    name = "topics"
    verbose_name = "Topics"
