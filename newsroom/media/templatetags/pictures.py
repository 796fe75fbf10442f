"""Prints a picture with everything a browser needs to choose the smallest file that looks right."""

from django import template

from newsroom.media.models import Image
from newsroom.media.processing.encode import fitted
from newsroom.media.renditions.specs import CONTENT_TYPES, FREE, address_of, fallback_width, size_of, spec_of, specs_of

register = template.Library()

MODERN = ("avif", "webp")  # the first that the browser reads is taken


@register.inclusion_tag("media/image.html")
def picture(
    image: Image, alt: str, sizes: str, *, ratio: str = "", lead: bool = False, under: str = ""
) -> dict[str, object]:
    """Print ``image`` as AVIF, WebP or JPEG in the widths that it has.

    ``alt`` is empty for a picture that only decorates. ``sizes`` says how wide it is shown (HTML Standard, 4.8.4.2.2),
    ``ratio`` crops it around its focal point (``16:9``). The ``lead`` picture of a page is fetched first, any other
    when it comes near. ``under`` is the address of a shared draft, which serves its pictures itself.
    """
    shape = ratio.replace(":", "x") or FREE
    width, height = fitted(size_of(image, shape), width=fallback_width(image, shape))
    return {
        "sources": [
            {
                "type": CONTENT_TYPES[ending],
                "srcset": ", ".join(
                    f"{address_of(image, spec, under=under)} {spec.width}w"
                    for spec in specs_of(image, shape, ending=ending)
                ),
            }
            for ending in MODERN
        ],
        "address": address_of(image, spec_of(image, shape, width=width, ending="jpg"), under=under),
        "width": width,
        "height": height,
        "alt": alt,
        "sizes": sizes,
        "lead": lead,
    }
