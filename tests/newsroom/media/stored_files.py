"""What is kept of pictures, for the tests: files, and the names of renditions."""

from django.core.files.storage import default_storage

from newsroom.media.models import Image
from newsroom.media.renditions.specs import Spec, make_spec


def files() -> set[str]:
    """Return the paths of all files that are kept."""
    found = set()
    for folder in ("originals", "renditions"):
        if default_storage.exists(folder):
            for inner in [folder, *(f"{folder}/{name}" for name in default_storage.listdir(folder)[0])]:
                found |= {f"{inner}/{name}" for name in default_storage.listdir(inner)[1]}
    return found


def named(image: Image, shape: str, width: int, ending: str) -> Spec:
    """Return the rendition that pages of today name."""
    return make_spec(image, shape, width=width, ending=ending)
