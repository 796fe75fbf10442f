"""Intermediates: copies of large images, just large enough for all renditions, so that no request decodes an original."""

from math import ceil

import PIL.Image

from newsroom.media.models import Image
from newsroom.media.processing import encode, normalize
from newsroom.media.renditions import store
from newsroom.media.renditions.specs import SHAPES, Spec, largest_size, served_widths

NAME = "plate"  # the name among the renditions of an image; no URL leads to it
MAX_RELATIVE_SIZE = 0.8  # an original that is hardly larger serves as its own intermediate
_FORMATS = ("JPEG", "PNG")


def intermediate_size(image: Image) -> tuple[int, int]:
    """Return the size of the intermediate, from which every rendition can be made without enlarging.

    If that is nearly the size of the original, return the size of the original.
    """
    part = max(served_widths(image, shape)[-1] / largest_size(image, shape)[0] for shape in SHAPES)
    if part > MAX_RELATIVE_SIZE:
        return image.width, image.height
    return ceil(image.width * part), ceil(image.height * part)


def make_intermediate(picture: PIL.Image.Image, *, ending: str) -> encode.Encoded | None:
    """Return the intermediate of a normalised image, or None if the original serves as one."""
    size = intermediate_size(Image(width=picture.width, height=picture.height))
    return None if size == picture.size else encode.encode_resized(picture, size, ending=ending)


def reduction_factor(image: Image, spec: Spec) -> int:
    """Return the factor by which the decoder reduces width and height of the intermediate: 1, 2, 4 or 8."""
    # A JPEG decoder reduces an image faster than it decodes it in full. The factor depends only on the image and the
    # spec, and so do the bytes of the rendition.
    if str(image.file).endswith(".png"):
        return 1
    needed = 1.5 * image.width * spec.width / largest_size(image, spec.shape)[0]
    return max(part for part in (1, 2, 4, 8) if part == 1 or intermediate_size(image)[0] / part >= needed)


def open_intermediate(image: Image, *, part: int) -> PIL.Image.Image:
    """Return the decoded intermediate, reduced by the factor ``part``. An intermediate that is missing is made first.

    Raise GonePictureError if the image was removed meanwhile, and MissingOriginalError if only its original file is
    missing.
    """
    if intermediate_size(image) == (image.width, image.height):
        return _original(image, part=part)
    try:
        return _decoded(image, store.find_path(image, NAME) or _made_again(image), part=part)
    except FileNotFoundError:
        store.forget_rendition(image, NAME)
        return _decoded(image, _made_again(image), part=part)


def _made_again(image: Image) -> str:
    """Make the intermediate from the original, store it, and return its path."""
    with normalize.FULL_SIZE_LOCK:
        whole = _original(image, part=1)
        made = encode.encode_resized(whole, intermediate_size(image), ending=str(image.file).rpartition(".")[2])
        whole.close()
    return store.store_rendition(image, NAME, made)


def _original(image: Image, *, part: int) -> PIL.Image.Image:
    try:
        return _decoded(image, str(image.file), part=part)
    except FileNotFoundError:
        is_there = Image.objects.with_pk(image.pk).exists()
        raise (store.MissingOriginalError if is_there else store.ImageRemovedError)(str(image.uid)) from None


def _decoded(image: Image, name: str, *, part: int) -> PIL.Image.Image:
    with image.file.storage.open(name) as file:
        picture = PIL.Image.open(file, formats=_FORMATS)
        if part > 1:
            picture.draft(None, (picture.width // part, picture.height // part))
        picture.load()
    return picture
