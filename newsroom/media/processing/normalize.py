"""Normalisation of decoded images: upright, 8-bit sRGB, without metadata.

The pixels of a large image are never in memory twice.
"""

import ctypes
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from PIL import Image, ImageCms

from newsroom.media.processing.open_safely import DECODER_ERRORS

ROWS = 256  # number of rows to convert at a time
_ORIENTATION = 0x0112
# The transposition for each orientation that a camera records (Exif 3.0, 4.6.5.1.6).
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = frozenset(list(_TRANSPOSITIONS.values())[3:])
_REVERSES_ROWS = frozenset(_TRANSPOSITIONS[number] for number in (3, 4, 6, 7))  # the first rows end up last

type Change = Callable[[Image.Image], Image.Image]


def normalize(image: Image.Image) -> Image.Image:
    """Return the image upright, in 8-bit sRGB, without metadata, and with transparency only if it uses any.

    ``image`` must not be used afterwards.
    """
    transposition = _find_transposition(image)
    in_srgb = _make_srgb_converter(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode == mode == "RGB" and transposition is None and in_srgb is None:
        image.info = {}
        return image
    # Convert a few rows at a time, through a file: an image of 24 megapixels takes 96 MB, and so would a converted
    # copy.
    size = image.size
    with TemporaryFile() as rows:
        uses_transparency = False
        for strip in _iter_strips(image):
            converted = _to_eight_bits(strip)
            converted = (in_srgb(converted) if in_srgb else converted).convert(mode)
            uses_transparency = uses_transparency or (
                mode == "RGBA" and converted.getchannel("A").getextrema() != (255, 255)
            )
            rows.write(converted.tobytes())
        image.close()
        rows.seek(0)
        return _read_upright(rows, mode, size, transposition, "RGBA" if uses_transparency else "RGB")


def _iter_strips(image: Image.Image) -> Iterator[Image.Image]:
    for top in range(0, image.height, ROWS):
        yield image.crop((0, top, image.width, min(top + ROWS, image.height)))


def _read_upright(
    rows: IO[bytes], mode: str, size: tuple[int, int], transposition: Image.Transpose | None, target_mode: str
) -> Image.Image:
    """Return the upright image whose pixels are in ``rows``."""
    width, height = size
    upright = Image.new(target_mode, (height, width) if transposition in _SWAPS_SIDES else size)
    for top in range(0, height, ROWS):
        count = min(ROWS, height - top)
        strip = Image.frombytes(mode, (width, count), rows.read(width * count * len(mode))).convert(target_mode)
        place = height - top - count if transposition in _REVERSES_ROWS else top
        upright.paste(
            strip if transposition is None else strip.transpose(transposition),
            (place, 0) if transposition in _SWAPS_SIDES else (0, place),
        )
    return upright


def _find_transposition(image: Image.Image) -> Image.Transpose | None:
    """Return the transposition that makes the image upright.

    Return None if none is needed or the Exif data is broken.
    """
    try:
        with warnings.catch_warnings():
            # Each of up to 65,535 broken entries would cause a warning.
            warnings.simplefilter("ignore")
            return _TRANSPOSITIONS.get(image.getexif().get(_ORIENTATION, 1))
    except DECODER_ERRORS:
        return None


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Convert an image of 16 or 32 bits per channel to 8 bits; return other images unchanged."""
    # Pillow's own conversion would clip the values.
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L") if image.mode == "F" else image


def _make_srgb_converter(image: Image.Image) -> Change | None:
    """Return a function that converts the image's colours to sRGB, or None if the image has no usable profile."""
    profile = image.info.get("icc_profile")
    corner = _to_eight_bits(image.crop((0, 0, 1, 1)))
    if not profile or corner.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return None
    has_alpha = corner.mode == "RGBA"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), "RGB" if has_alpha else corner.mode, "RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None

    def in_srgb(strip: Image.Image) -> Image.Image:
        bare = strip.convert("RGB") if has_alpha else strip
        converted = ImageCms.applyTransform(bare, transform) or bare
        if has_alpha:
            converted.putalpha(strip.getchannel("A"))
        return converted

    return in_srgb


# Held while an upload, or an original from which an intermediate is made, is decoded. This takes some 100 MB for 24
# megapixels. The holder must not wait for locked rows, because a thread that waits for this lock may have locked them.
FULL_SIZE_LOCK = Lock()
# Held while a rendition is made during a request, from an intermediate of some 20 MB.
RENDITION_LOCK = Lock()


class LockTakenError(Exception):
    """Raised if another thread holds the lock."""


@contextmanager
def acquire_without_waiting(lock: Lock) -> Iterator[None]:
    """Hold ``lock`` during the block. Raise LockTakenError if another thread holds it."""
    # Each waiting upload would occupy a thread that readers need.
    if not lock.acquire(blocking=False):
        raise LockTakenError
    try:
        yield
    finally:
        lock.release()


_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_LARGE_BLOCK_SIZE = 1024 * 1024


def _release_memory_immediately() -> None:
    """Make glibc return large memory blocks to the system as soon as they are freed."""
    # By default, after such blocks have been freed, glibc retains up to 64 MB in each thread for reuse (mallopt(3)).
    # Other C libraries do not have this setting and do not need it.
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_MMAP_THRESHOLD, _LARGE_BLOCK_SIZE)


_release_memory_immediately()
