"""Intermediates: copies of large images, just large enough for all renditions and faster to decode than originals."""

from math import ceil

import PIL.Image

from newsroom.media.models import Image
from newsroom.media.processing import encode, normalize
from newsroom.media.renditions import store
from newsroom.media.renditions.specs import SHAPES, Spec, largest_size, served_widths

NAME = "plate"  # the name of the intermediate among the renditions of its image; it has no URL
MAX_RELATIVE_SIZE = 0.8  # if the intermediate would be wider than this share of the original, the original is used
_FORMATS = ("JPEG", "PNG")


def intermediate_size(image: Image) -> tuple[int, int]:
    """Return the size of the intermediate. Every rendition can be made from it without enlarging.

    If the intermediate would be nearly as large as the original, return the size of the original.
    """
    part = max(served_widths(image, shape)[-1] / largest_size(image, shape)[0] for shape in SHAPES)
    if part > MAX_RELATIVE_SIZE:
        return image.width, image.height
    return ceil(image.width * part), ceil(image.height * part)


def has_intermediate(image: Image) -> bool:
    """Return whether an image needs an intermediate. The original of a small image serves as one."""
    return intermediate_size(image) != (image.width, image.height)


def make_intermediate(picture: PIL.Image.Image, *, ending: str) -> encode.Encoded | None:
    """Return the intermediate of a normalised image, or None if the original serves as one."""
    size = intermediate_size(Image(width=picture.width, height=picture.height))
    return None if size == picture.size else encode.encode_resized(picture, size, ending=ending)


def reduction_factor(image: Image, spec: Spec) -> int:
    """Return the factor by which the decoder reduces the width and height of the intermediate: 1, 2, 4 or 8."""
    # A JPEG decoder decodes a reduced image faster than the full image. The factor depends only on the image and the
    # spec, so that the bytes of the rendition do too.
    if str(image.file).endswith(".png"):
        return 1
    needed = 1.5 * image.width * spec.width / largest_size(image, spec.shape)[0]
    return max(part for part in (1, 2, 4, 8) if part == 1 or intermediate_size(image)[0] / part >= needed)


def open_intermediate(image: Image, *, part: int) -> PIL.Image.Image:
    """Return the decoded intermediate, reduced by the factor ``part``. If the intermediate is missing, make it first.

    Raise ImageRemovedError if the image has been removed, and MissingOriginalError if only its original file is
    missing.
    """
    if not has_intermediate(image):
        return _decode_original(image, part=part)
    try:
        return _decode(image, store.find_path(image, NAME) or _remake(image), part=part)
    except FileNotFoundError:
        store.forget_rendition(image, NAME)
        return _decode(image, _remake(image), part=part)


def _remake(image: Image) -> str:
    """Make the intermediate from the original, store it, and return its path."""
    with normalize.FULL_SIZE_LOCK:
        whole = _decode_original(image, part=1)
        encoded = encode.encode_resized(whole, intermediate_size(image), ending=str(image.file).rpartition(".")[2])
        whole.close()
    return store.store_rendition(image, NAME, encoded)


def _decode_original(image: Image, *, part: int) -> PIL.Image.Image:
    try:
        return _decode(image, str(image.file), part=part)
    except FileNotFoundError:
        exists = Image.objects.with_pk(image.pk).exists()
        raise (store.MissingOriginalError if exists else store.ImageRemovedError)(str(image.uid)) from None


def _decode(image: Image, name: str, *, part: int) -> PIL.Image.Image:
    with image.file.storage.open(name) as file:
        picture = PIL.Image.open(file, formats=_FORMATS)
        if part > 1:
            picture.draft(None, (picture.width // part, picture.height // part))
        picture.load()
    return picture
