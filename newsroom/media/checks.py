"""The system check that reports if share images cannot contain Arabic on this machine."""

from typing import Any

from django.core.checks import CheckMessage, Info, register

from newsroom.media.processing import text_layout


@register
def check_arabic_shaping(**_: Any) -> list[CheckMessage]:
    """Return a message if Arabic cannot be drawn.

    A share image then shows the name of the site instead of an Arabic headline.
    """
    if text_layout.SHAPES_ARABIC:
        return []
    return [
        Info(
            "Share pictures leave out Arabic, as its letters cannot be joined here.",
            hint="Install libfribidi (the Debian package is libfribidi0).",
            id="media.I001",
        )
    ]
