"""Store, find and read renditions and intermediates. Each is stored once, even if several processes make it."""

import hashlib

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from newsroom.media.models import Image, Rendition
from newsroom.media.processing.encode import Encoded


class ImageRemovedError(Exception):
    """Raised if the image has been removed in the meantime."""


class MissingOriginalError(ImageRemovedError):
    """Raised if the image is in the library, but the file of its original is missing."""


def find_path(image: Image, name: str) -> str | None:
    """Return the path of the stored file with this name, or None."""
    row = Rendition.objects.filter(image=image, spec=name).only("file").first()
    return str(row.file) if row else None


def read_rendition(image: Image, name: str) -> bytes | None:
    """Return the bytes stored under this name, or None if there is no row or no file.

    If only the file is missing, delete the row.
    """
    path = find_path(image, name)
    try:
        return _read_file(image, path) if path else None
    except FileNotFoundError:
        forget_rendition(image, name)
        return None


def forget_rendition(image: Image, name: str) -> None:
    """Delete the row of a lost or damaged file, so that the file is made again."""
    Rendition.objects.filter(image=image, spec=name).delete()


def store_rendition(image: Image, name: str, encoded: Encoded) -> str:
    """Store an encoded image under ``name``, and return its path.

    Raise ImageRemovedError, and store nothing, if the image has been removed in the meantime.
    """
    # The file is written before its row. If the process is killed in between, the next process replaces the file.
    digest = hashlib.sha256(encoded.data).hexdigest()
    row = Rendition(image=image, spec=name, width=encoded.width, height=encoded.height, digest=digest)
    row.file.save(name, ContentFile(encoded.data, name=name), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Either another process stored the file first, and this one has replaced it, or the image has been removed.
        if not Rendition.objects.filter(image=image, spec=name).update(file=str(row.file), digest=digest):
            row.file.storage.delete(str(row.file))
            raise ImageRemovedError(str(image.uid)) from None
    return str(row.file)


def _read_file(image: Image, path: str) -> bytes:
    with image.file.storage.open(path) as file:
        data: bytes = file.read()
        return data
