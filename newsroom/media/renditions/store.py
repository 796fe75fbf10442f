"""Storage of renditions and intermediates: each file once, even if several processes make it at the same moment."""

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from newsroom.media.models import Image, Rendition
from newsroom.media.processing.encode import Encoded


class ImageRemovedError(Exception):
    """The image was removed meanwhile."""


class MissingOriginalError(ImageRemovedError):
    """The image is in the library, but the file of its original is missing."""


def find_path(image: Image, name: str) -> str | None:
    """Return the path of the stored file with this name, or None."""
    row = Rendition.objects.filter(image=image, spec=name).only("file").first()
    return str(row.file) if row else None


def read_rendition(image: Image, name: str) -> bytes | None:
    """Return the stored bytes with this name, or None if there are none or the file is missing."""
    place = find_path(image, name)
    try:
        return _bytes_of(image, place) if place else None
    except FileNotFoundError:
        forget_rendition(image, name)
        return None


def forget_rendition(image: Image, name: str) -> None:
    """Delete the row of a file that was lost, so that it is made again."""
    Rendition.objects.filter(image=image, spec=name).delete()


def store_rendition(image: Image, name: str, made: Encoded) -> str:
    """Store what was made under its name, and return its path.

    Raise GonePictureError, and store nothing, if the image was removed meanwhile.
    """
    # The file is written before its row: a process that is killed in between leaves a file that the next one replaces.
    row = Rendition(image=image, spec=name, width=made.width, height=made.height)
    row.file.save(name, ContentFile(made.data, name=name), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Another process was first and made the same file, which this one replaced.
        if not Rendition.objects.filter(image=image, spec=name).update(file=str(row.file)):
            row.file.storage.delete(str(row.file))
            raise ImageRemovedError(str(image.uid)) from None
    return str(row.file)


def _bytes_of(image: Image, place: str) -> bytes:
    with image.file.storage.open(place) as file:
        data: bytes = file.read()
        return data
