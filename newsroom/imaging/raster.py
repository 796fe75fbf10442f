"""Turns decoded pictures into what is kept and served: upright, sRGB, without metadata, cropped, resized, encoded."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from newsroom.imaging.probe import BROKEN

PAPER = (255, 255, 255)  # what shows through where a format knows no transparency
ENCODINGS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
_OPTIONS: dict[str, dict[str, object]] = {
    "AVIF": {"quality": 58, "speed": 8, "max_threads": 1},
    "WEBP": {"quality": 78, "method": 4},
    "JPEG": {"quality": 80, "progressive": True, "optimize": True},
    "PNG": {"optimize": True},
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as bytes, with its size in pixels and the ending of its name."""

    data: bytes
    width: int
    height: int
    ending: str


def cleaned(image: Image.Image) -> Image.Image:
    """Return the picture upright, in 8-bit sRGB (with transparency where it has any), without metadata."""
    profile = image.info.get("icc_profile")
    upright = _eight_bits(_upright(image))
    has_alpha = upright.has_transparency_data
    upright = _in_srgb(upright, profile)
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def original(image: Image.Image, *, is_drawing: bool) -> Encoded:
    """Return a cleaned picture as it is kept: drawings and transparent ones without loss, photographs as fine JPEG."""
    if is_drawing or image.mode == "RGBA":
        return _encoded(image, "png")
    return _encoded(image, "jpg", quality=92, subsampling=0)


def crop_box(
    size: tuple[int, int], *, ratio: tuple[int, int] | None, focus: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the largest box of ``ratio`` (width to height) inside ``size``, as near to ``focus`` as it can lie.

    ``focus`` is in per cent from the left and the top. Without a ratio the box is the whole picture.
    """
    width, height = size
    if ratio is None:
        return 0, 0, width, height
    across, down = ratio
    cut_width = max(1, min(width, round(height * across / down)))
    cut_height = max(1, min(height, round(width * down / across)))
    left = min(max(round(width * focus[0] / 100 - cut_width / 2), 0), width - cut_width)
    top = min(max(round(height * focus[1] / 100 - cut_height / 2), 0), height - cut_height)
    return left, top, left + cut_width, top + cut_height


def rendition(
    image: Image.Image, *, width: int, ratio: tuple[int, int] | None, focus: tuple[int, int], ending: str
) -> Encoded:
    """Return a cleaned picture cropped to ``ratio`` around ``focus``, ``width`` pixels wide, never enlarged."""
    box = crop_box(image.size, ratio=ratio, focus=focus)
    size = fitted((box[2] - box[0], box[3] - box[1]), width=width)
    return _encoded(image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0), ending)


def fitted(size: tuple[int, int], *, width: int) -> tuple[int, int]:
    """Return ``size`` scaled down to ``width``, unchanged where it is not wider."""
    if size[0] <= width:
        return size
    return width, max(1, round(size[1] * width / size[0]))


def _upright(image: Image.Image) -> Image.Image:
    """Return the picture turned as its camera says; where what the camera says is broken, as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits a channel in 8: Pillow's own conversion would clip it."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L") if image.mode == "F" else image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture with its colours as its profile means them; a profile that cannot be read is left out."""
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        bare = image.convert("RGB") if alpha else image
        converted = ImageCms.profileToProfile(bare, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    if converted is not None and alpha is not None:
        converted.putalpha(alpha)
    return converted or image


def _encoded(image: Image.Image, ending: str, **options: object) -> Encoded:
    encoding = ENCODINGS[ending]
    if encoding == "JPEG" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    output = BytesIO()
    image.save(output, encoding, **{**_OPTIONS[encoding], **options})
    return Encoded(output.getvalue(), image.width, image.height, ending)
