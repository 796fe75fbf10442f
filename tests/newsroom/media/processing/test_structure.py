"""A small file that would keep a decoder busy for minutes is refused before decoding."""

import struct
import zlib
from contextlib import suppress

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from newsroom.media.processing import encode, progressive_jpeg
from newsroom.media.processing.open_safely import RefusedImageError
from newsroom.media.processing.structure import MAX_SCANS, MAX_SEGMENTS, has_only_pixels, refuse_many_parts
from tests.effort import at_most
from tests.newsroom.media.processing.pictures import draw_image, encode_image, open_image

_SCAN = b"\xff\xda"


def make_progressive_jpeg(more: int, *, size: tuple[int, int] = (300, 200), between: bytes = b"") -> tuple[bytes, int]:
    """Return a JPEG with ``more`` copies of its last scan, and the total number of its scans."""
    data = encode_image(Image.effect_noise(size, 20).convert("RGB"), "JPEG", progressive=True)
    # In the data of a scan, FF is always followed by zero, so the marker is found only at the start of a scan.
    *_, last = scans = [place for place in range(len(data)) if data[place : place + 2] == _SCAN]
    return data[:-2] + (between + data[last:-2]) * more + data[-2:], len(scans) + more


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("is_large", [False, True])
def test_a_jpeg_with_a_hundred_scans_is_refused_before_decoding(
    is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progressive_jpeg, "LARGE", 0 if is_large else progressive_jpeg.LARGE)
    monkeypatch.setattr(Image, "open", lambda *args, **options: pytest.fail("It was opened."))
    data, scans = make_progressive_jpeg(100)
    assert scans > 100
    with pytest.raises(RefusedImageError, match="more than 64 scans"):
        open_image(data)


@pytest.mark.parametrize("between", [b"", b"\xff\xff\xff", b"\xff\xd0\xff\x01", b"\xff\xfe\0\5\xff\xda\xff"])
def test_only_real_scans_are_counted(between: bytes) -> None:
    _, scan_count = make_progressive_jpeg(0)
    data, scans = make_progressive_jpeg(MAX_SCANS - scan_count, between=between)
    assert scans == MAX_SCANS
    assert open_image(data).size == (300, 200)
    with pytest.raises(RefusedImageError, match="more than 64 scans"):
        open_image(make_progressive_jpeg(MAX_SCANS - scan_count + 1, between=between)[0])


def test_data_after_the_end_of_a_jpeg_is_not_counted() -> None:
    refuse_many_parts(encode_image(draw_image(), "JPEG") + _SCAN * 1_000)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"\xff\xd8\xff\xfe\0\0", b"\x89PNG\r\n\x1a\n\0"]
)
def test_a_truncated_file_is_left_to_the_decoder(data: bytes) -> None:
    refuse_many_parts(data)


def test_a_picture_with_too_many_segments_is_refused() -> None:
    jpeg, png = encode_image(draw_image(), "JPEG"), encode_image(draw_image(), "PNG")
    for data in (
        jpeg[:2] + b"\xff\xfe\0\2" * (MAX_SEGMENTS + 1) + jpeg[2:],
        png[:33] + chunk(b"abCd") * (MAX_SEGMENTS + 1) + png[33:],
    ):
        with pytest.raises(RefusedImageError, match="more than 10,000 segments"):
            open_image(data)


def test_compressed_texts_profiles_and_frames_take_little_time() -> None:
    png, gif = encode_image(draw_image(), "PNG"), encode_image(draw_image(), "GIF")
    bomb = b"a\0\0" + zlib.compress(b"x" * 20_000_000)
    block = gif.index(b"\x2c", 13)
    frames = [Image.new("RGB", (200, 200), (number, 0, 0)) for number in range(50)]
    files = [
        png[:33] + chunk(b"zTXt", bomb) + png[33:],
        png[:33] + chunk(b"iCCP", bomb) + png[33:],
        gif[:block] + b"\x21\xfe" + b"\1a" * 1_000_000 + b"\0" + gif[block:],
        *(
            encode_image(frames[0], kind, save_all=True, append_images=frames[1:])
            for kind in ("GIF", "WEBP", "PNG", "AVIF")
        ),
    ]
    for data in files:
        with at_most(seconds=20), suppress(RefusedImageError):
            open_image(data)


def encode_stored(mode: str) -> bytes:
    """Return a picture as it is stored: as a JPEG, or as a PNG if it has transparency."""
    picture = draw_image(70, 50, mode=mode)
    ending = encode.storage_extension(picture, is_drawing=False)
    return encode.encode_original(picture, ending=ending).data


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_original_as_it_is_stored_has_only_pixels(mode: str) -> None:
    assert has_only_pixels(encode_stored(mode))


def test_progressive_and_interlaced_files_have_only_pixels_too() -> None:
    assert has_only_pixels(make_progressive_jpeg(0)[0])
    assert has_only_pixels(encode_image(draw_image(), "PNG", compress_level=1))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_anything_after_or_missing_from_the_picture_is_detected(mode: str) -> None:
    data = encode_stored(mode)
    assert not has_only_pixels(data + b"x")
    assert not any(has_only_pixels(data[:length]) for length in range(len(data)))


def test_metadata_is_detected() -> None:
    exif = Image.Exif()
    exif[0x010E] = "A pier"
    info = PngInfo()
    info.add_text("Comment", "A pier")
    picture = draw_image()
    with_more = [
        encode_image(picture, "JPEG", exif=exif),
        encode_image(picture, "JPEG", comment=b"A pier"),
        encode_image(picture, "JPEG", icc_profile=b"profile"),
        encode_image(picture, "PNG", exif=exif),
        encode_image(picture, "PNG", pnginfo=info),
        encode_image(picture, "PNG", dpi=(300, 300)),
    ]
    assert [has_only_pixels(data) for data in with_more] == [False] * 6


def test_other_colours_and_formats_are_no_stored_originals() -> None:
    others = [
        *(encode_image(draw_image(mode=mode), "JPEG") for mode in ("L", "CMYK")),
        *(encode_image(draw_image(mode=mode), "PNG") for mode in ("L", "P", "I;16")),
        encode_image(draw_image(), "WEBP"),
        b"",
    ]
    assert not any(has_only_pixels(data) for data in others)
