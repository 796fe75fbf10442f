"""Untrusted uploads are read if they are pictures; others are refused with a reason."""

import random
import struct
import zlib

import pytest
from PIL import Image

from newsroom.media.processing import normalize
from newsroom.media.processing.open_safely import MAX_BYTES, RefusedImageError
from tests.newsroom.media.processing.pictures import draw_image, encode_image, open_image


def make_png_with_size(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG whose header states a size that its data does not have."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_of_each_format_is_read(encoding: str) -> None:
    assert open_image(encode_image(draw_image(), encoding)).size == (60, 40)


def test_the_first_frame_of_an_animation_is_read() -> None:
    first, second = draw_image(), draw_image().rotate(180)
    data = encode_image(first, "GIF", save_all=True, append_images=[second])
    assert normalize.normalize(open_image(data)).getpixel((5, 5)) == (200, 30, 30)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<!doctype html><script>alert(1)</script>", "not a picture"),
        (b"GIF89a<script>alert(1)</script>", "damaged"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>', "SVG"),
        (b"\xef\xbb\xbf <SVG onload='x()'>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"%PDF-1.7", "not a picture"),
        (encode_image(draw_image(), "TIFF"), "TIFF"),
        (encode_image(draw_image(), "BMP"), "not a picture"),
        (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["empty", "html", "html-as-gif", "svg", "svg-after-mark", "heic", "pdf", "tiff", "bmp", "too-heavy"],
)
def test_a_file_that_is_not_a_picture_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(RefusedImageError, match=reason):
        open_image(data)


@pytest.mark.parametrize("size", [(13_000, 13_000), (8_000, 5_001), (16_001, 20), (60_000, 60_000)])
def test_a_picture_with_too_many_pixels_is_refused_before_decoding(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("It was decoded."))
    with pytest.raises(RefusedImageError, match="Use at most 40 megapixels"):
        open_image(make_png_with_size(*size))


def test_a_very_small_picture_is_refused() -> None:
    with pytest.raises(RefusedImageError, match="Use at least 16 pixels"):
        open_image(encode_image(draw_image(15, 200)))


def test_data_that_decompresses_to_more_than_the_header_says_is_harmless() -> None:
    bomb = zlib.compress(bytes(30_000_000), 9)
    assert open_image(make_png_with_size(20, 20, bomb)).size == (20, 20)


def test_a_compressed_text_that_is_far_too_large_is_refused() -> None:
    body = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    valid = encode_image(draw_image())
    with pytest.raises(RefusedImageError):
        open_image(valid[:33] + chunk + valid[33:])


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_truncated_picture_is_refused(encoding: str) -> None:
    noisy = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encode_image(noisy, encoding)
    with pytest.raises(RefusedImageError, match="The file is damaged"):
        open_image(data[: len(data) // 2])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_damaged_picture_is_either_read_or_refused(encoding: str, full_length: bool) -> None:
    random_source = random.Random(encoding)  # noqa: S311 -- the same damage in every run
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {} if encoding == "GIF" else {"exif": exif}
    valid = encode_image(Image.effect_noise((80, 60), 80).convert("RGB"), encoding, **options)
    for _ in range(20_000 if full_length else 150):
        data = bytearray(valid)
        for _ in range(random_source.choice([1, 2, 10])):
            data[random_source.randrange(random_source.choice([60, 300, len(data)]))] = random_source.randrange(256)
        try:
            picture = normalize.normalize(open_image(bytes(data)))
        except RefusedImageError:
            continue
        assert picture.mode in ("RGB", "RGBA")
