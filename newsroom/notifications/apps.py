"""The configuration of the app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.notifications"
    label = "notices"
    verbose_name = "Notices"
