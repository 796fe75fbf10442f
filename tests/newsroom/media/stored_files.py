"""Stored image files and the names of renditions, for tests."""

from django.core.files.storage import default_storage

from newsroom.media.models import Image
from newsroom.media.renditions.specs import Spec, make_spec


def list_files() -> set[str]:
    """Return the paths of all stored files."""
    paths = set()
    for folder in ("originals", "renditions"):
        if default_storage.exists(folder):
            for subfolder in [folder, *(f"{folder}/{name}" for name in default_storage.listdir(folder)[0])]:
                paths |= {f"{subfolder}/{name}" for name in default_storage.listdir(subfolder)[1]}
    return paths


def rendition_spec(image: Image, shape: str, width: int, ending: str) -> Spec:
    """Return the spec that pages currently use."""
    return make_spec(image, shape, width=width, ending=ending)
