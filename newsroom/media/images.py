"""Operations on images: decode and add uploads, find duplicates, enqueue tasks for renditions, and delete images."""

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

from newsroom.media.duplicates import find_similar
from newsroom.media.models import MAX_TITLE, Image, rendition_folder
from newsroom.media.processing import encode, fingerprint, normalize
from newsroom.media.processing.open_safely import RefusedImageError, open_safely
from newsroom.media.renditions import intermediates
from newsroom.media.renditions import store as rendition_store
from newsroom.media.storage import delete_folder_files
from newsroom.media.tasks import prepare_renditions
from newsroom.page_cache.invalidation import invalidation
from newsroom.task_queue import enqueue
from newsroom.text.slugs import slugify

RETRY_AFTER = 5  # seconds to wait before repeating an upload that was refused with BusyError
BUSY = "Another picture is being processed. Try again in a few seconds."
LOSSLESS_FORMATS = ("PNG", "GIF")  # formats for drawings; images in these formats are stored losslessly


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """An upload as it will be stored, with its intermediate (if it needs one) and its perceptual hash."""

    original: encode.Encoded
    intermediate: encode.Encoded | None
    perceptual_hash: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the stored bytes, in hexadecimal."""
        return hashlib.sha256(self.original.data).hexdigest()


class BusyError(RefusedImageError):
    """Raised if another image is being decoded in this process."""


def decode_upload(upload: File[bytes]) -> PreparedImage:
    """Decode an upload, encode it again, and return the result.

    Only the pixels of the first frame are preserved. Metadata, further frames and embedded programs are discarded.
    Raise RefusedImageError for a file that is not accepted. Raise BusyError immediately if another image is being
    decoded.
    """
    try:
        with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
            picture = open_safely(upload)
            is_drawing = picture.format in LOSSLESS_FORMATS
            return prepare_image(normalize.normalize(picture), is_drawing=is_drawing)
    except normalize.LockTakenError as error:
        raise BusyError(BUSY) from error


def prepare_image(picture: PIL.Image.Image, *, is_drawing: bool) -> PreparedImage:
    """Return a normalised image as it will be stored, and close ``picture``."""
    perceptual_hash = fingerprint.perceptual_hash(picture)
    ending = encode.storage_extension(picture, is_drawing=is_drawing)
    intermediate = intermediates.make_intermediate(picture, ending=ending)
    original = encode.encode_original(picture, ending=ending)
    picture.close()
    return PreparedImage(original, intermediate, perceptual_hash)


def find_identical(prepared: PreparedImage) -> Image | None:
    """Return the image in the library with the same stored bytes, or None."""
    # The stored bytes are compared, so a copy with different metadata or a different name is the same image.
    return Image.objects.filter(digest=prepared.digest).first()


def title_from_filename(name: str) -> str:
    """Return the words of a file name as a title, or “Untitled” if it has none."""
    words = " ".join(PurePath(name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").split())
    return words[:MAX_TITLE] or "Untitled"


def short_name_from_title(title: str) -> str:
    """Return the name by which texts at the desk refer to an image with this title."""
    return slugify(title) or "picture"


def save_new(image: Image, prepared: PreparedImage) -> None:
    """Save a new image with its file and its intermediate, and enqueue the task that makes its renditions."""
    original = prepared.original
    image.width, image.height, image.digest, image.look = (
        original.width,
        original.height,
        prepared.digest,
        prepared.perceptual_hash,
    )
    name = f"{image.uid}.{original.extension}"
    image.file.save(name, ContentFile(original.data, name=name), save=False)
    image.save()
    # With a stored intermediate, the first requests for renditions need not decode the original.
    if prepared.intermediate is not None:
        rendition_store.store_rendition(image, intermediates.NAME, prepared.intermediate)
    enqueue_renditions(image)


def enqueue_renditions(image: Image) -> None:
    """Enqueue the task that makes the renditions of an image. The task runs after the commit."""
    enqueue(prepare_renditions, str(image.uid))


@invalidation()
def delete_image(image: Image, *, delete_files: bool = True) -> None:
    """Delete an unused image with its renditions. If ``delete_files`` is true, delete their files after the commit.

    Raise ProtectedError if a work, an edition or a topic uses the image.
    """
    storage, original, folder = image.file.storage, str(image.file), rendition_folder(image.uid)
    files = [original, *(str(rendition.file) for rendition in image.renditions.all())]
    image.delete()
    if delete_files:
        transaction.on_commit(partial(_delete_files, storage, files, folder))


def _delete_files(storage: Storage, names: list[str], folder: str) -> None:
    """Delete the files ``names`` and all files in ``folder``."""
    for name in names:
        storage.delete(name)
    # A process that is killed before it writes a row leaves a file without one.
    delete_folder_files(storage, folder)


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """The outcome for one file: the new ``image``, the existing ``duplicate``, or why it was refused (``refusal``).

    ``is_busy`` is set if the file was refused only because another image was being decoded.
    """

    name: str
    image: Image | None = None
    duplicate: Image | None = None
    refusal: str = ""
    is_busy: bool = False

    @property
    def sentence(self) -> str:
        """The outcome as a sentence."""
        if self.image is not None:
            return f"Uploaded as “{self.image.title}”."
        if self.duplicate is not None:
            return f"Not uploaded. The library already has this picture, as “{self.duplicate.title}”."
        return f"Not uploaded. {self.refusal}"


def find_duplicate(prepared: PreparedImage) -> Image | None:
    """Return the image in the library that is the same or looks the same, or None."""
    return find_identical(prepared) or find_similar(prepared.perceptual_hash)


def add_upload(
    upload: File[bytes], *, by: AbstractBaseUser | None, keep_both: bool = False, **fields: Any
) -> UploadOutcome:
    """Add one file to the library, unless it is refused or a duplicate, and return the outcome.

    If ``keep_both`` is true, add a duplicate too. ``fields`` are fields of the image, such as credit, licence and tags.
    """
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2][:200]
    try:
        prepared = decode_upload(upload)
    except RefusedImageError as error:
        return UploadOutcome(name, refusal=str(error), is_busy=isinstance(error, BusyError))
    duplicate = None if keep_both else find_duplicate(prepared)
    if duplicate is not None:
        return UploadOutcome(name, duplicate=duplicate)
    image = Image(title=title_from_filename(name), created_by_id=by.pk if by else None, **fields)
    with transaction.atomic():
        save_new(image, prepared)
    return UploadOutcome(name, image=image)
