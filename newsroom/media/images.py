"""The verbs of pictures: taking one in, moving its focal point, removing it."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

import PIL.Image
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from newsroom.media.duplicates import like
from newsroom.media.models import Image, folder_of
from newsroom.media.processing import encode, fingerprint, normalize, open
from newsroom.media.processing.open import RefusedPictureError
from newsroom.media.renditions import intermediates
from newsroom.media.renditions import store as rendition_store
from newsroom.media.storage import empty_folder
from newsroom.media.tasks import prepare_renditions
from newsroom.page_cache.invalidation import invalidation
from newsroom.task_queue import enqueue

RETRY_AFTER = 5  # seconds after which somebody tries again to whom another picture's turn was in the way
BUSY = "Another picture is being read just now, and one is read at a time. Try again in a few seconds."
DRAWN = ("PNG", "GIF")  # formats of drawings: what comes in without loss is kept without loss


@dataclass(frozen=True, slots=True)
class Decoded:
    """An uploaded picture as it will be kept, its plate where it has one, and what it looks like."""

    original: encode.Encoded
    plate: encode.Encoded | None
    look: str

    @property
    def digest(self) -> str:
        """What two equal pictures have in common: the SHA-256 of the bytes that are kept."""
        return hashlib.sha256(self.original.data).hexdigest()


class BusyError(open.RefusedPictureError):
    """Another picture is being decoded in this process."""


def decode(upload: File[bytes]) -> Decoded:
    """Return an uploaded picture as it will be kept, decoded and encoded again by us.

    Whatever else the file held (metadata, further frames, programs) is gone. Raises RefusedPictureError, and at once
    BusyError while another one is decoded.
    """
    try:
        with normalize.without_waiting(normalize.LARGE):
            picture = open.open_safely(upload)
            is_drawing = picture.format in DRAWN
            return prepared(normalize.cleaned(picture), is_drawing=is_drawing)
    except normalize.TakenError as error:
        raise BusyError(BUSY) from error


def prepared(picture: PIL.Image.Image, *, is_drawing: bool) -> Decoded:
    """Return a cleaned picture, which is used up, as it will be kept."""
    seen = fingerprint.look_of(picture)
    ending = encode.ending_of(picture, is_drawing=is_drawing)
    plate = intermediates.made_of(picture, ending=ending)
    original = encode.original(picture, ending=ending)
    picture.close()
    return Decoded(original, plate, seen)


def same_as(kept: Decoded) -> Image | None:
    """Return the picture of the library that is the same to the last byte, None where there is none.

    What is compared is what we keep: a copy with other metadata, or under another name, is the same picture.
    """
    return Image.objects.filter(digest=kept.digest).first()


def title_from(name: str) -> str:
    """Return what a picture is called until an editor calls it something: the name of its file in words."""
    words = " ".join(PurePath(name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").split())
    return words[:200] or "Untitled"


@transaction.atomic
def store(
    upload: File[bytes],
    *,
    by: AbstractBaseUser | None,
    title: str = "",
    alt: str = "",
    credit: str = "",
    licence: str = "",
    tags: str = "",
    focus: tuple[int, int] = (50, 50),
) -> Image:
    """Take an uploaded picture in and return it; its renditions are made ahead once the transaction has ended.

    ``focus`` is the point in per cent, from the left and the top, that no crop may lose. The file is kept under a
    name of ours. Raises RefusedPictureError when it is not a picture that can be read, or cannot be read just now.
    """
    image = Image(
        title=title or title_from(upload.name or ""),
        alt=alt,
        credit=credit,
        licence=licence,
        tags=tags,
        focal_x=focus[0],
        focal_y=focus[1],
        created_by_id=by.pk if by else None,
    )
    keep(image, decode(upload))
    return image


def keep(image: Image, kept: Decoded) -> None:
    """Save a new picture with its file and its plate, from which the first who ask for it are served at once."""
    original = kept.original
    image.width, image.height, image.digest, image.look = original.width, original.height, kept.digest, kept.look
    name = f"{image.uid}.{original.ending}"
    image.file.save(name, ContentFile(original.data, name=name), save=False)
    image.save()
    if kept.plate is not None:
        rendition_store.keep(image, intermediates.NAME, kept.plate)
    prepare(image)


def prepare(image: Image) -> None:
    """Have the renditions of a picture made ahead, once the transaction is committed."""
    enqueue(prepare_renditions, str(image.uid))


@invalidation()
def remove(image: Image) -> None:
    """Delete a picture that nothing uses, its renditions and, once the transaction has ended, their files.

    Raises ProtectedError while a work, an edition or a topic uses it.
    """
    storage, original, folder = image.file.storage, str(image.file), folder_of(image.uid)
    files = [original, *(str(rendition.file) for rendition in image.renditions.all())]
    image.delete()
    transaction.on_commit(partial(_delete_files, storage, files, folder))


def _delete_files(storage: Storage, names: list[str], folder: str) -> None:
    """Delete the files that rows told of, and what somebody left in the folder who was killed before writing a row."""
    for name in names:
        storage.delete(name)
    empty_folder(storage, folder)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one file: ``image`` was taken in, or ``there`` is in the library already, or ``refusal`` says why not.

    ``is_busy`` says that it was refused only as another one was being read.
    """

    name: str
    image: Image | None = None
    there: Image | None = None
    refusal: str = ""
    is_busy: bool = False

    @property
    def said(self) -> str:
        """Return it as a sentence."""
        if self.image is not None:
            return f"Taken in as “{self.image.title}”."
        if self.there is not None:
            return f"Not taken in: this picture is in the library already, as “{self.there.title}”."
        return f"Not taken in. {self.refusal}"


def there_already(kept: Decoded) -> Image | None:
    """Return the picture of the library that is the same, or looks the same; None where there is none."""
    return same_as(kept) or like(kept.look)


def take_in(upload: File[bytes], *, by: AbstractBaseUser | None, keep_both: bool = False, **said: Any) -> Answer:
    """Take one file in unless it is no picture or is here already, and say what became of it.

    ``keep_both`` takes it in beside what the library has. ``said`` are credit, licence and tags, as ``store`` takes them.
    """
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2][:200]
    try:
        kept = decode(upload)
    except RefusedPictureError as error:
        return Answer(name, refusal=str(error), is_busy=isinstance(error, BusyError))
    there = None if keep_both else there_already(kept)
    if there is not None:
        return Answer(name, there=there)
    image = Image(title=title_from(name), created_by_id=by.pk if by else None, **said)
    with transaction.atomic():
        keep(image, kept)
    return Answer(name, image=image)
