"""Finds copies of a picture that are not the same to the last byte: larger, smaller, encoded anew."""

from newsroom.media.models import Image
from newsroom.media.processing import fingerprint
from newsroom.media.renditions import intermediates

MOST = 100


def like(seen: str) -> Image | None:
    """Return the newest picture of the library that has nearly this look, None where there is none."""
    alike = (
        [key for key, other in Image.objects.looks().iterator() if fingerprint.are_alike(seen, other)] if seen else []
    )
    return Image.objects.filter(pk__in=alike[:MOST]).first()


def look_again(image: Image) -> None:
    """Keep what a picture looks like that was taken in before that was kept. No page shows it."""
    if not image.look:
        image.look = fingerprint.look_of(intermediates.opened(image, part=1))
        Image.objects.filter(pk=image.pk, look="").update(look=image.look)
