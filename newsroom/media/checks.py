"""System checks of pictures: whether share images can contain Arabic, and whether the mark of the site can be used."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from PIL import Image

from newsroom.media.processing import text_layout

MIN_MARK_SIDE = 512


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


@register
def check_site_mark(**_: Any) -> list[CheckMessage]:
    """Check that the site's own mark is a square picture that is large enough."""
    path = settings.SITE_MARK
    if not path:
        return []
    try:
        with Image.open(path) as mark:
            width, height = mark.size
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {error}."
    else:
        if width == height >= MIN_MARK_SIDE:
            return []
        reason = f"has {width} × {height} pixels."
    hint = f"Name a square PNG or WebP of at least {MIN_MARK_SIDE} × {MIN_MARK_SIDE} pixels, or leave it empty."
    return [Error(f"SITE_MARK names {path}, which {reason}", hint=hint, id="media.E001")]
