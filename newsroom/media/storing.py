"""The verbs of pictures: taking one in, moving its focal point, removing it."""

import hashlib
from functools import partial
from pathlib import PurePath

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from newsroom.imaging import look, probe, raster
from newsroom.media.models import Image
from newsroom.media.tasks import prepare_renditions

DRAWN = ("PNG", "GIF")  # formats of drawings: what comes in without loss is kept without loss


def decode(upload: File[bytes]) -> raster.Encoded:
    """Return an uploaded picture as it will be kept, decoded and encoded again by us.

    Whatever else the file held (metadata, further frames, programs) is gone. Raises RefusedPictureError.
    """
    upload.seek(0)
    picture = probe.open_safely(upload.read(probe.MOST_BYTES + 1))
    return raster.original(raster.cleaned(picture), is_drawing=picture.format in DRAWN)


def digest_of(kept: raster.Encoded) -> str:
    """Return what two equal pictures have in common: the SHA-256 of the bytes that are kept."""
    return hashlib.sha256(kept.data).hexdigest()


def same_as(kept: raster.Encoded) -> Image | None:
    """Return the picture of the library that is the same to the last byte, None where there is none.

    What is compared is what we keep: a copy with other metadata, or under another name, is the same picture.
    """
    return Image.objects.filter(digest=digest_of(kept)).first()


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
    name of ours. Raises RefusedPictureError when it is not a picture that can be read.
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


def keep(image: Image, kept: raster.Encoded) -> None:
    """Save a new picture with its file."""
    image.width, image.height, image.digest = kept.width, kept.height, digest_of(kept)
    image.look = look.look_of(kept.data)
    image.file.save(f"{image.uid}.{kept.ending}", ContentFile(kept.data, name=f"{image.uid}.{kept.ending}"), save=False)
    image.save()
    prepare(image)


def prepare(image: Image) -> None:
    """Have the renditions of a picture made ahead, once the transaction has ended."""
    transaction.on_commit(partial(prepare_renditions.enqueue, str(image.uid)))


@transaction.atomic
def remove(image: Image) -> None:
    """Delete a picture that nothing uses, its renditions and, once the transaction has ended, their files.

    Raises ProtectedError while a work, an edition or a topic uses it.
    """
    files = [(image.file.storage, str(image.file))]
    files += [(rendition.file.storage, str(rendition.file)) for rendition in image.renditions.all()]
    image.delete()
    transaction.on_commit(partial(_delete_files, files))


def _delete_files(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)
