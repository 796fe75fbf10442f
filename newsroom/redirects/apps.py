"""The app configuration of redirects. It also registers the path converters."""

from django.apps import AppConfig
from django.urls import register_converter

from newsroom.http.converters import MonthConverter, OrdinalConverter, UnicodeSlugConverter


class AddressesConfig(AppConfig):
    name = "newsroom.redirects"
    label = "addresses"
    verbose_name = "Redirects"

    def ready(self) -> None:
        """Register the path converters ``<slug_u:…>``, ``<ordinal:…>`` and ``<month:…>``."""
        register_converter(UnicodeSlugConverter, "slug_u")
        register_converter(OrdinalConverter, "ordinal")
        register_converter(MonthConverter, "month")
