"""Configuration of the app."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    """Configuration of the app, which has the label ``listing``."""

    name = "newsroom.desk"
    label = "listing"
    verbose_name = "Desk"
