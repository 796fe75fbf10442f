"""What strangers upload is read when it is a picture, and refused in a sentence when it is not."""

import random
import struct
import zlib

import pytest
from PIL import Image

from newsroom.media.processing import normalize
from newsroom.media.processing.open import MAX_BYTES, RefusedImageError
from tests.newsroom.media.processing.pictures import drawn, encoded, opened


def png_claiming(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG whose header claims a size that its data do not have."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_of_each_kind_is_read(encoding: str) -> None:
    assert opened(encoded(drawn(), encoding)).size == (60, 40)


def test_of_an_animation_the_first_frame_is_read() -> None:
    first, second = drawn(), drawn().rotate(180)
    data = encoded(first, "GIF", save_all=True, append_images=[second])
    assert normalize.normalize(opened(data)).getpixel((5, 5)) == (200, 30, 30)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"<!doctype html><script>alert(1)</script>", "not a picture"),
        (b"GIF89a<script>alert(1)</script>", "broken"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>', "SVG"),
        (b"\xef\xbb\xbf <SVG onload='x()'>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"%PDF-1.7", "not a picture"),
        (encoded(drawn(), "TIFF"), "TIFF"),
        (encoded(drawn(), "BMP"), "not a picture"),
        (b"x" * (MAX_BYTES + 1), "more than 10 MB"),
    ],
    ids=["empty", "html", "html-as-gif", "svg", "svg-after-mark", "heic", "pdf", "tiff", "bmp", "too-heavy"],
)
def test_what_is_no_picture_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(RefusedImageError, match=says):
        opened(data)


@pytest.mark.parametrize("size", [(13_000, 13_000), (8_000, 5_001), (16_001, 20), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("It was decoded."))
    with pytest.raises(RefusedImageError, match="At most 40 megapixels"):
        opened(png_claiming(*size))


def test_a_picture_of_a_few_pixels_is_refused() -> None:
    with pytest.raises(RefusedImageError, match="too few"):
        opened(encoded(drawn(15, 200)))


def test_data_that_unfold_to_more_than_the_header_says_do_no_harm() -> None:
    bomb = zlib.compress(bytes(30_000_000), 9)
    assert opened(png_claiming(20, 20, bomb)).size == (20, 20)


def test_a_hidden_text_that_unfolds_without_end_is_refused() -> None:
    body = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = encoded(drawn())
    with pytest.raises(RefusedImageError):
        opened(whole[:33] + chunk + whole[33:])


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_stops_half_way_is_refused(encoding: str) -> None:
    noisy = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encoded(noisy, encoding)
    with pytest.raises(RefusedImageError, match="broken"):
        opened(data[: len(data) // 2])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(encoding: str, full_length: bool) -> None:
    chance = random.Random(encoding)  # noqa: S311 -- the same damage in every run
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {} if encoding == "GIF" else {"exif": exif}
    whole = encoded(Image.effect_noise((80, 60), 80).convert("RGB"), encoding, **options)
    for _ in range(20_000 if full_length else 150):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 2, 10])):
            data[chance.randrange(chance.choice([60, 300, len(data)]))] = chance.randrange(256)
        try:
            picture = normalize.normalize(opened(bytes(data)))
        except RefusedImageError:
            continue
        assert picture.mode in ("RGB", "RGBA")
