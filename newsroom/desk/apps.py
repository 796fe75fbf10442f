"""The app configuration for the desk."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    """The app configuration for the desk. Its label is ``listing``."""

    name = "newsroom.desk"
    label = "listing"
    verbose_name = "Desk"
