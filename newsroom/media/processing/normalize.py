"""Normalisation of decoded images: upright, 8-bit sRGB, without metadata, and one large image in memory at a time."""

import ctypes
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from PIL import Image, ImageCms

from newsroom.media.processing.open import DECODER_ERRORS

ROWS = 256  # rows of an image converted at a time
_ORIENTATION = 0x0112
# The transposition for each orientation that a camera records (Exif 3.0, 4.6.5.1.6).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = frozenset(list(_TURNS.values())[3:])
_FROM_THE_END = frozenset(_TURNS[number] for number in (3, 4, 6, 7))  # the first rows end up last

type Change = Callable[[Image.Image], Image.Image]


def normalize(image: Image.Image) -> Image.Image:
    """Return the image upright, in 8-bit sRGB, without metadata, and with transparency only if it uses any.

    ``image`` must not be used afterwards.
    """
    turn = _turn_of(image)
    in_srgb = _colours_of(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode == mode == "RGB" and turn is None and in_srgb is None:
        image.info = {}
        return image
    # Convert through a file, a few rows at a time: an image of 24 megapixels takes 96 MB, and so would a converted
    # copy.
    size = image.size
    with TemporaryFile() as rows:
        is_clear = False
        for strip in _strips(image):
            plain = _eight_bits(strip)
            plain = (in_srgb(plain) if in_srgb else plain).convert(mode)
            is_clear = is_clear or (mode == "RGBA" and plain.getchannel("A").getextrema() != (255, 255))
            rows.write(plain.tobytes())
        image.close()
        rows.seek(0)
        return _read_back(rows, mode, size, turn, "RGBA" if is_clear else "RGB")


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    for top in range(0, image.height, ROWS):
        yield image.crop((0, top, image.width, min(top + ROWS, image.height)))


def _read_back(
    rows: IO[bytes], mode: str, size: tuple[int, int], turn: Image.Transpose | None, wanted: str
) -> Image.Image:
    """Return the upright image whose pixels are in ``rows``."""
    width, height = size
    upright = Image.new(wanted, (height, width) if turn in _ON_ITS_SIDE else size)
    for top in range(0, height, ROWS):
        count = min(ROWS, height - top)
        strip = Image.frombytes(mode, (width, count), rows.read(width * count * len(mode))).convert(wanted)
        place = height - top - count if turn in _FROM_THE_END else top
        upright.paste(
            strip if turn is None else strip.transpose(turn), (place, 0) if turn in _ON_ITS_SIDE else (0, place)
        )
    return upright


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    """Return the transposition that makes the image upright, or None if none is needed or the Exif data is broken."""
    try:
        with warnings.catch_warnings():
            # Each of up to 65,535 broken entries would log a line.
            warnings.simplefilter("ignore")
            return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except DECODER_ERRORS:
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return an image of 16 or 32 bits a channel with 8 bits."""
    # Pillow's own conversion would clip the values.
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L") if image.mode == "F" else image


def _colours_of(image: Image.Image) -> Change | None:
    """Return a function that converts the colours of the image to sRGB, or None without a readable profile."""
    profile = image.info.get("icc_profile")
    corner = _eight_bits(image.crop((0, 0, 1, 1)))
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


# Held while an upload or an original is decoded: some 100 MB for 24 megapixels. The holder makes no query, because a
# thread that waits for it may hold a lock in the database.
FULL_SIZE_LOCK = Lock()
# Held while a rendition is made for a waiting request, from an intermediate of some 20 MB.
RENDITION_LOCK = Lock()


class LockTakenError(Exception):
    """Another thread holds the lock."""


@contextmanager
def acquire_without_waiting(turn: Lock) -> Iterator[None]:
    """Hold the lock ``turn``. Raise TakenError if it is not free."""
    # Each waiting upload would take a thread away from readers.
    if not turn.acquire(blocking=False):
        raise LockTakenError
    try:
        yield
    finally:
        turn.release()


_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_WHAT_IS_LARGE = 1024 * 1024


def _give_back_at_once() -> None:
    """Make glibc return large blocks of memory to the system as soon as they are freed."""
    # By default, once such blocks were freed, glibc keeps up to 64 MB in each thread for reuse (mallopt(3)). Other C
    # libraries have no such setting and need none.
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_MMAP_THRESHOLD, _WHAT_IS_LARGE)


_give_back_at_once()
