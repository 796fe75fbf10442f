"""The configuration of the app, which also registers the path converters."""

from django.apps import AppConfig
from django.urls import register_converter

from newsroom.http.converters import Ordinal, UnicodeSlug, YearAndMonth


class AddressesConfig(AppConfig):
    """Configuration of the app under its stored label."""

    name = "newsroom.redirects"
    label = "addresses"
    verbose_name = "Addresses"

    def ready(self) -> None:
        """Register the path converters ``<slug_u:…>``, ``<ordinal:…>`` and ``<month:…>``."""
        register_converter(UnicodeSlug, "slug_u")
        register_converter(Ordinal, "ordinal")
        register_converter(YearAndMonth, "month")
