"""The configuration of the app."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.desk"
    label = "listing"
    verbose_name = "Lists"
