"""The configuration of the app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The configuration of the app, under the label ``notices``."""

    name = "newsroom.notifications"
    label = "notices"
    verbose_name = "Notices"
