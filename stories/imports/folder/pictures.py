"""Import one picture of an exported folder under its own uid."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from django.core.files import File
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.media.images import PreparedImage, decode_upload, save_new
from newsroom.media.models import Image
from newsroom.media.processing.open_safely import RefusedImageError
from newsroom.media.processing.structure import has_only_pixels
from stories.documents.parse import UnreadableDocumentError
from stories.exports.records import PictureRecord


def import_picture(root: Path, record: PictureRecord, *, by: User | None, reason: str) -> str:
    """Add a picture to the library. Return a note if the export contains no file for it, otherwise an empty string.

    Raise UnreadableDocumentError if the file cannot be read, was changed, or is not an accepted picture.
    """
    if record.file is None:
        return f"The picture “{record.title}” ({record.uid}) has no file in this folder. It was not added."
    try:
        data = (root / record.file).read_bytes()
    except OSError as error:
        raise UnreadableDocumentError(1, f"{record.file} cannot be read: {error.strerror}.") from error
    if hashlib.sha256(data).hexdigest() != record.sha256:
        raise UnreadableDocumentError(1, f"{record.file}: SHA-256 differs.")
    try:
        prepared = _prepare(data, record)
    except RefusedImageError as error:
        raise UnreadableDocumentError(1, f"{record.file}: {error}") from error
    image = Image(
        uid=record.uid,
        title=record.title,
        alt=record.alt,
        credit=record.credit[:300],
        licence=record.licence[:200],
        tags=record.tags[:500],
        focal_x=record.focal_x,
        focal_y=record.focal_y,
        created_by=by,
    )
    with transaction.atomic():
        save_new(image, prepared)
        track_changes.record_added(image, by=by, reason=reason)
    return ""


def _prepare(data: bytes, record: PictureRecord) -> PreparedImage:
    """Decode the picture, and return it as it will be stored.

    A file that contains nothing but pixels, as all files of an export do, is stored unchanged, because encoding it
    again would change the picture a little each time. Raise RefusedImageError for a file that is not accepted.
    """
    prepared = decode_upload(File(BytesIO(data), name=record.file))
    if not has_only_pixels(data):
        return prepared
    ending = "png" if data.startswith(b"\x89PNG") else "jpg"
    return replace(prepared, original=replace(prepared.original, data=data, extension=ending))
