"""The app configuration of notifications."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Configuration of the app, which has the label ``notices``."""

    name = "newsroom.notifications"
    label = "notices"
    verbose_name = "Notifications"
