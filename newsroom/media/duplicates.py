"""Detect copies of an image that differ in their bytes, because they were enlarged, reduced or encoded again."""

from newsroom.media.models import Image
from newsroom.media.processing import fingerprint
from newsroom.media.renditions import intermediates

MAX_CANDIDATES = 100


def find_similar(image_hash: str) -> Image | None:
    """Return an image with a perceptual hash close to ``image_hash``, or None.

    It is the newest one, unless more than ``MAX_CANDIDATES`` images match.
    """
    matching_keys = (
        [
            key
            for key, other_hash in Image.objects.perceptual_hashes().iterator()
            if fingerprint.are_alike(image_hash, other_hash)
        ]
        if image_hash
        else []
    )
    return Image.objects.filter(pk__in=matching_keys[:MAX_CANDIDATES]).first()


def store_missing_hash(image: Image) -> None:
    """Store the perceptual hash of an image if it is missing. Earlier releases did not store it."""
    if not image.look:
        image.look = fingerprint.perceptual_hash(intermediates.open_intermediate(image, part=1))
        # An update without save(): no page shows the hash, so no page is invalidated.
        Image.objects.filter(pk=image.pk, look="").update(look=image.look)
