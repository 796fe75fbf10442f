"""Keeps what is made of pictures: each file once, also when several make it at the same moment."""

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from newsroom.media.models import Image, Rendition
from newsroom.media.processing.encode import Encoded


class GonePictureError(Exception):
    """The picture was removed meanwhile."""


class MissingOriginalError(GonePictureError):
    """The picture is in the library, but the file of its original is not there."""


def kept(image: Image, name: str) -> str | None:
    """Return where the file of this name is kept; None where none is."""
    row = Rendition.objects.filter(image=image, spec=name).only("file").first()
    return str(row.file) if row else None


def read(image: Image, name: str) -> bytes | None:
    """Return the bytes that are kept under this name; None where none are, or the file was lost."""
    place = kept(image, name)
    try:
        return _bytes_of(image, place) if place else None
    except FileNotFoundError:
        lose(image, name)
        return None


def lose(image: Image, name: str) -> None:
    """Forget a file that was lost, so that it is made again."""
    Rendition.objects.filter(image=image, spec=name).delete()


def keep(image: Image, name: str, made: Encoded) -> str:
    """Keep what was made under its name, and return where: the file first, then the row that tells of it.

    Who is killed in between leaves a file that the next one replaces. Who comes second has made the same, and replaces
    it too. Raises GonePictureError, and leaves nothing, when the picture was removed meanwhile.
    """
    row = Rendition(image=image, spec=name, width=made.width, height=made.height)
    row.file.save(name, ContentFile(made.data, name=name), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not Rendition.objects.filter(image=image, spec=name).update(file=str(row.file)):
            row.file.storage.delete(str(row.file))
            raise GonePictureError(str(image.uid)) from None
    return str(row.file)


def _bytes_of(image: Image, place: str) -> bytes:
    with image.file.storage.open(place) as file:
        data: bytes = file.read()
        return data
