"""Work on pictures that need not wait for anybody: pages are right without it, only their pictures are heavier."""

from collections.abc import Callable

from django.core.files.storage import default_storage
from django.tasks import task

from newsroom.media import missing_files
from newsroom.media.duplicates import look_again
from newsroom.media.models import Image, folder_of
from newsroom.media.renditions import make
from newsroom.media.renditions.specs import CONTENT_TYPES, FREE, Spec, fallback_width, is_served, specs_of
from newsroom.media.renditions.store import GonePictureError, MissingOriginalError
from newsroom.media.storage import empty_folder

# After everything else: many of them come at once, and each takes seconds.
_PRIORITY = -50
PREPARED_SHAPES = (FREE, "16x9", "8x5")


@task(priority=_PRIORITY)
def prepare_renditions(uid: str) -> int:
    """Make the renditions that pages ask for most, and return how many were missing. Safe to run again."""
    return _made(uid, prepared_specs)


@task(priority=_PRIORITY)
def make_rendition(uid: str, name: str) -> int:
    """Make the rendition of this name, which somebody asked for, and return how many were missing. Safe to run again."""
    spec = Spec.parse(name)
    return _made(uid, lambda image: [spec] if spec and is_served(image, spec) else [])


def prepared_specs(image: Image) -> list[Spec]:
    """Return the specs that are made ahead: every width in the formats of today, one for the browsers of yesterday."""
    return [
        spec
        for shape in PREPARED_SHAPES
        for ending in CONTENT_TYPES
        for spec in specs_of(image, shape, ending=ending)
        if ending != "jpg" or spec.width == fallback_width(image, shape)
    ]


def _made(uid: str, specs_for: Callable[[Image], list[Spec]]) -> int:
    """Make what is missing; of a picture that is gone leave nothing, whoever was killed while making it.

    A picture whose original is not there is marked: to try again would not bring it back.
    """
    image = Image.objects.filter(uid=uid).first()
    if image is None:
        empty_folder(default_storage, folder_of(uid))
        return 0
    try:
        look_again(image)
        return make.make_missing(image, specs_for(image))
    except MissingOriginalError:
        missing_files.mark(image)
        return 0
    except GonePictureError:
        return 0
