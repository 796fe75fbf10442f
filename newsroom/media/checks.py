"""The system check that reports what share images lack on this machine."""

from typing import Any

from django.core.checks import CheckMessage, Info, register

from newsroom.media.processing import text_layout


@register
def check_arabic_shaping(**_: Any) -> list[CheckMessage]:
    """Report that Arabic cannot be drawn; a share image then shows the name of the site in place of an Arabic headline."""
    if text_layout.SHAPES_ARABIC:
        return []
    return [
        Info(
            "Share pictures leave out Arabic, as its letters cannot be joined here.",
            hint="Install libfribidi (the Debian package is libfribidi0).",
            id="media.I001",
        )
    ]
