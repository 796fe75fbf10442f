"""The configuration of the app."""

from django.apps import AppConfig


class PicturesConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.media"
    label = "media"
    verbose_name = "Pictures"
