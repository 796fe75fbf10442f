"""The configuration of the app."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    """The configuration of the app, under the label ``listing``."""

    name = "newsroom.desk"
    label = "listing"
    verbose_name = "Lists"
