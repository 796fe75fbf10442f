"""Work on pictures that need not wait for anybody: pages are right without it, only slower to come the first time."""

from django.tasks import task

from newsroom.media import renditions
from newsroom.media.likeness import look_again
from newsroom.media.models import Image
from newsroom.media.specs import CONTENT_TYPES, FREE, Spec, fallback_width, specs_of

PREPARED_SHAPES = (FREE, "16x9", "8x5")


@task
def prepare_renditions(uid: str) -> int:
    """Make the renditions that pages ask for most, and return how many were missing. Safe to run again."""
    image = Image.objects.filter(uid=uid).first()
    if image is None:
        return 0
    look_again(image)
    return renditions.make_missing(image, prepared_specs(image))


def prepared_specs(image: Image) -> list[Spec]:
    """Return the specs that are made ahead: every width in the formats of today, one for the browsers of yesterday."""
    return [
        spec
        for shape in PREPARED_SHAPES
        for ending in CONTENT_TYPES
        for spec in specs_of(image, shape, ending=ending)
        if ending != "jpg" or spec.width == fallback_width(image, shape)
    ]
