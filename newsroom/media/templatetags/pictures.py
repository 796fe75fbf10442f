"""The template tag for an image with the formats and widths among which a browser chooses."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.processing.open_safely import FORMAT_NAMES
from newsroom.media.renditions.specs import (
    CONTENT_TYPES,
    FREE,
    fallback_width,
    largest_size,
    list_specs,
    make_spec,
    rendition_url,
)

register = template.Library()

_UPLOAD_LIMITS = 'data-max-bytes="{size}" data-types="{types}" data-formats="{formats}"'
MODERN = ("avif", "webp")  # a browser takes the first format that it supports


@register.inclusion_tag("media/image.html")
def picture(
    image: Image, alt: str, sizes: str, *, ratio: str = "", lead: bool = False, preview_address: str = ""
) -> dict[str, object]:
    """Render ``image`` as AVIF and WebP in all widths that are served, with one JPEG as a fallback.

    ``alt`` is empty for a decorative image. ``sizes`` is the width at which the image is shown (HTML Standard,
    4.8.4.2.2). ``ratio`` (such as ``16:9``) crops the image around its focal point. The ``lead`` image of a page is
    loaded first, and all others lazily. ``preview_address`` is the address of a shared preview, which serves its own
    images.
    """
    shape = ratio.replace(":", "x") or FREE
    width, height = scale_to_width(largest_size(image, shape), width=fallback_width(image, shape))
    return {
        "sources": [
            {
                "type": CONTENT_TYPES[ending],
                "srcset": ", ".join(
                    f"{rendition_url(image, spec, under=preview_address)} {spec.width}w"
                    for spec in list_specs(image, shape, ending=ending)
                ),
            }
            for ending in MODERN
        ],
        "address": rendition_url(image, make_spec(image, shape, width=width, ending="jpg"), under=preview_address),
        "width": width,
        "height": height,
        "alt": alt,
        "sizes": sizes,
        "lead": lead,
    }


@register.simple_tag
def upload_limits() -> SafeString:
    """Return data attributes with the size and types of an upload that the settings allow, and names of the formats."""
    return format_html(
        _UPLOAD_LIMITS,
        size=settings.MARKDOWNX_UPLOAD_MAX_SIZE,
        types=",".join(settings.MARKDOWNX_UPLOAD_CONTENT_TYPES),
        formats=FORMAT_NAMES,
    )
