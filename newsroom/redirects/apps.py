"""The configuration of the app."""

from django.apps import AppConfig
from django.urls import register_converter

from newsroom.http.converters import Ordinal, UnicodeSlug, YearAndMonth


class AddressesConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.redirects"
    label = "addresses"
    verbose_name = "Addresses"

    def ready(self) -> None:
        """Make ``<slug_u:…>``, ``<ordinal:…>`` and ``<month:…>`` known to every URL configuration."""
        register_converter(UnicodeSlug, "slug_u")
        register_converter(Ordinal, "ordinal")
        register_converter(YearAndMonth, "month")
