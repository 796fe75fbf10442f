"""Stored image files and the names of renditions, for tests."""

from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

from newsroom.media.images import add_upload
from newsroom.media.models import Image
from newsroom.media.renditions.specs import Spec, make_spec


def store_upload(upload: File[bytes], **fields: Any) -> Image:
    """Add an upload to the library, even if it looks like another picture, and return its image."""
    outcome = add_upload(upload, by=None, keep_both=True, **fields)
    assert outcome.image is not None, outcome.refusal
    return outcome.image


def list_files() -> set[str]:
    """Return the paths of all stored files."""
    paths = set()
    for folder in ("originals", "renditions"):
        if default_storage.exists(folder):
            for subfolder in [folder, *(f"{folder}/{name}" for name in default_storage.listdir(folder)[0])]:
                paths |= {f"{subfolder}/{name}" for name in default_storage.listdir(subfolder)[1]}
    return paths


def rendition_spec(image: Image, shape: str, width: int, ending: str) -> Spec:
    """Return the spec that pages currently use for the image in this shape, width and format."""
    return make_spec(image, shape, width=width, ending=ending)
