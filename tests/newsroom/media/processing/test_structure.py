"""A small picture file that would keep a decoder busy for minutes is refused before it is decoded."""

import struct
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from newsroom.media.processing import progressive_jpeg
from newsroom.media.processing.open import RefusedImageError
from newsroom.media.processing.structure import MOST_SCANS, MOST_SEGMENTS, refuse_many_parts
from tests.effort import at_most
from tests.newsroom.media.processing.pictures import drawn, encoded, opened

_SCAN = b"\xff\xda"


def in_passes(more: int, *, size: tuple[int, int] = (300, 200), between: bytes = b"") -> tuple[bytes, int]:
    """Return a JPEG whose last scan comes so many times again, and how many scans it has."""
    data = encoded(Image.effect_noise(size, 20).convert("RGB"), "JPEG", progressive=True)
    # No byte of a scan is FF but before a zero, so that what is cut here are scans and the tables before them.
    *_, last = scans = [place for place in range(len(data)) if data[place : place + 2] == _SCAN]
    return data[:-2] + (between + data[last:-2]) * more + data[-2:], len(scans) + more


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("is_large", [False, True])
def test_a_jpeg_of_a_hundred_scans_is_refused_and_not_decoded(is_large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive_jpeg, "LARGE", 0 if is_large else progressive_jpeg.LARGE)
    monkeypatch.setattr(Image, "open", lambda *args, **options: pytest.fail("It was opened."))
    data, scans = in_passes(100)
    assert scans > 100
    with pytest.raises(RefusedImageError, match="more than 64 passes"):
        opened(data)


@pytest.mark.parametrize("between", [b"", b"\xff\xff\xff", b"\xff\xd0\xff\x01", b"\xff\xfe\0\5\xff\xda\xff"])
def test_scans_are_counted_and_what_only_looks_like_one_is_not(between: bytes) -> None:
    _, usual = in_passes(0)
    data, scans = in_passes(MOST_SCANS - usual, between=between)
    assert scans == MOST_SCANS
    assert opened(data).size == (300, 200)
    with pytest.raises(RefusedImageError, match="more than 64 passes"):
        opened(in_passes(MOST_SCANS - usual + 1, between=between)[0])


def test_what_comes_after_the_end_of_a_jpeg_is_not_counted() -> None:
    refuse_many_parts(encoded(drawn(), "JPEG") + _SCAN * 1_000)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"\xff\xd8\xff\xfe\0\0", b"\x89PNG\r\n\x1a\n\0"]
)
def test_a_file_that_ends_early_is_left_to_its_decoder(data: bytes) -> None:
    refuse_many_parts(data)


def test_a_picture_of_too_many_pieces_is_refused() -> None:
    jpeg, png = encoded(drawn(), "JPEG"), encoded(drawn(), "PNG")
    for data in (
        jpeg[:2] + b"\xff\xfe\0\2" * (MOST_SEGMENTS + 1) + jpeg[2:],
        png[:33] + chunk(b"abCd") * (MOST_SEGMENTS + 1) + png[33:],
    ):
        with pytest.raises(RefusedImageError, match="more than 10,000 pieces"):
            opened(data)


def test_packed_texts_profiles_and_frames_of_a_picture_take_little() -> None:
    png, gif = encoded(drawn(), "PNG"), encoded(drawn(), "GIF")
    bomb = b"a\0\0" + zlib.compress(b"x" * 20_000_000)
    block = gif.index(b"\x2c", 13)
    frames = [Image.new("RGB", (200, 200), (number, 0, 0)) for number in range(50)]
    files = [
        png[:33] + chunk(b"zTXt", bomb) + png[33:],
        png[:33] + chunk(b"iCCP", bomb) + png[33:],
        gif[:block] + b"\x21\xfe" + b"\1a" * 1_000_000 + b"\0" + gif[block:],
        *(encoded(frames[0], kind, save_all=True, append_images=frames[1:]) for kind in ("GIF", "WEBP", "PNG", "AVIF")),
    ]
    for data in files:
        with at_most(seconds=20), suppress(RefusedImageError):
            opened(data)
