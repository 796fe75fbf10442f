"""The app configuration for the desk."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    name = "newsroom.desk"
    label = "listing"
    verbose_name = "Desk"
