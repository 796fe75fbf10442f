"""Detection of copies of an image that differ in their bytes: larger, smaller or encoded again."""

from newsroom.media.models import Image
from newsroom.media.processing import fingerprint
from newsroom.media.renditions import intermediates

MAX_CANDIDATES = 100


def find_similar(seen: str) -> Image | None:
    """Return the newest image with a perceptual hash close to ``seen``, or None."""
    alike = (
        [key for key, other in Image.objects.perceptual_hashes().iterator() if fingerprint.are_alike(seen, other)]
        if seen
        else []
    )
    return Image.objects.filter(pk__in=alike[:MAX_CANDIDATES]).first()


def store_missing_hash(image: Image) -> None:
    """Store the perceptual hash of an image from before such hashes were stored."""
    if not image.look:
        image.look = fingerprint.perceptual_hash(intermediates.open_intermediate(image, part=1))
        # An update without save(), because no page shows the hash.
        Image.objects.filter(pk=image.pk, look="").update(look=image.look)
