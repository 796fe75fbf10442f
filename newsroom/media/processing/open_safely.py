"""Safe opening of untrusted images: check the header first, explain refusals, and decode only harmless files."""

import os
import struct
import warnings
import zlib
from typing import IO

from PIL import Image, UnidentifiedImageError

from newsroom.media.processing import progressive_jpeg
from newsroom.media.processing.structure import TooManyPartsError, refuse_many_parts

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000  # the limit of WebP is 16,383
MIN_SIDE = 16
_UNREADABLE = "The file is damaged and can’t be opened. Export it again and upload it."
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
CONTENT_TYPES = tuple(f"image/{name.lower()}" for name in FORMATS)
FORMAT_NAMES = "JPEG, PNG, WebP, AVIF or GIF"
SIZE_LIMIT = f"{MAX_BYTES >> 20} MB and {MAX_PIXELS // 1_000_000} megapixels"

# The errors that Pillow's decoders raise for broken files, found by changing bytes in valid files.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    EOFError,
    RuntimeError,
    AttributeError,
    struct.error,
    zlib.error,
)


class RefusedImageError(ValueError):
    """Raised if a file is not an accepted image. The message explains the reason to editors."""


def open_safely(file: IO[bytes]) -> Image.Image:
    """Return the decoded image, or the first frame of an animation.

    Raise RefusedImageError for a file that is not accepted.

    JPEG, PNG, WebP, AVIF and GIF are accepted, regardless of the file name, within the limits ``MAX_BYTES``,
    ``MAX_PIXELS``, ``MIN_SIDE`` and ``MAX_SIDE``. The size in the header and the number of parts in the file are
    checked before anything is decoded.
    """
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise RefusedImageError("The file is empty.")
    if size > MAX_BYTES:
        raise RefusedImageError(f"The file is larger than {MAX_BYTES >> 20} MB. Make the picture smaller.")
    file.seek(0)
    try:
        refuse_many_parts(file.read())
    except TooManyPartsError as error:
        raise RefusedImageError(f"{error} Export it again and upload it.") from error
    image = _open_header(file)
    _check_size(*image.size)
    try:
        if progressive_jpeg.is_large_progressive(image):
            return progressive_jpeg.decode(image, lambda: _open_header(file))
        image.load()
    except (*DECODER_ERRORS, Image.DecompressionBombError, MemoryError) as error:
        raise RefusedImageError("The file is damaged. Export it again and upload it.") from error
    _check_size(*image.size)  # a frame may be larger than the size in the header
    return image


def _open_header(file: IO[bytes]) -> Image.Image:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a broken file may cause thousands of warnings
            return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        file.seek(0)
        raise RefusedImageError(_explain_format(file.read(1024))) from error
    except Image.DecompressionBombError as error:
        raise RefusedImageError(_size_limit()) from error
    except DECODER_ERRORS as error:
        raise RefusedImageError(_UNREADABLE) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise RefusedImageError(f"The picture has {width:,} × {height:,} pixels. {_size_limit()}")
    if min(width, height) < MIN_SIDE:
        raise RefusedImageError(
            f"The picture has {width:,} × {height:,} pixels. Use at least {MIN_SIDE} pixels a side."
        )


def _size_limit() -> str:
    return f"Use at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE:,} pixels a side."


def _explain_format(data: bytes) -> str:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start or start.startswith(b"<?xml"):
        return "SVG is not supported, because it can contain scripts. Export the drawing as PNG."
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "HEIC is not supported. Export the photo as JPEG."
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF is not supported. Export the picture as JPEG or PNG."
    if data.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF")) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return _UNREADABLE
    return "This is not a picture, or the format is not supported. Use JPEG, PNG, WebP, AVIF or GIF."
