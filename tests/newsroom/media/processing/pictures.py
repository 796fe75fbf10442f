"""Generated pictures for tests."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageCms

from newsroom.media.processing.open_safely import open_safely


def draw_image(width: int = 60, height: int = 40, *, mode: str = "RGB") -> Image.Image:
    """Return a picture with a red left half and a blue right half."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    picture.paste((30, 30, 200), (width // 2, 0, width, height))
    return picture.convert(mode)


def encode_image(picture: Image.Image, encoding: str = "PNG", **options: object) -> bytes:
    """Return a picture as the bytes of a file."""
    output = BytesIO()
    picture.save(output, encoding, **options)
    return output.getvalue()


def open_image(data: bytes) -> Image.Image:
    """Return the picture with these bytes, opened as an untrusted upload is."""
    return open_safely(BytesIO(data))


def make_photo(width: int = 700, height: int = 500, **options: object) -> ContentFile[bytes]:
    """Return an uploaded photograph."""
    return ContentFile(encode_image(draw_image(width, height), "JPEG", **options), name="the_harbour-at night.JPG")


def draw_patches(width: int, height: int, *, seed: int = 7) -> Image.Image:
    """Return a picture of 8 by 6 grey patches, whose shades depend on ``seed``."""
    small = Image.new("L", (8, 6))
    small.putdata([(number * number * seed * 37 + number * 91) % 256 for number in range(48)])
    return small.resize((width, height), Image.Resampling.NEAREST).convert("RGB")


def make_linear_profile() -> bytes:
    """Return the sRGB profile with linear tone curves instead of its own."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132])
    for entry in range(count):
        start = 132 + 12 * entry
        if bytes(data[start : start + 4]) in (b"rTRC", b"gTRC", b"bTRC"):
            place = int.from_bytes(data[start + 4 : start + 8])
            size = int.from_bytes(data[start + 8 : start + 12])
            data[place : place + 12] = b"curv" + bytes(8)  # a curve without points is linear
            data[place + 12 : place + size] = bytes(size - 12)
    return bytes(data)
