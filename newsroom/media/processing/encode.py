"""Crop, resize and encode normalised images, for storage and for serving."""

from dataclasses import dataclass
from io import BytesIO
from math import ceil, floor

from PIL import Image

PAPER = (255, 255, 255)  # the background for formats without transparency
ENCODINGS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
_OPTIONS: dict[str, dict[str, object]] = {
    "AVIF": {"quality": 58, "speed": 8, "max_threads": 1},
    "WEBP": {"quality": 78, "method": 4},
    "JPEG": {"quality": 80, "progressive": True, "optimize": True},
    "PNG": {},
}
# For progressive encoding and optimised tables, the encoder would need another 144 MB of memory for 24 megapixels.
_ORIGINAL_JPEG_OPTIONS = {"quality": 92, "subsampling": 0, "progressive": False, "optimize": False}
_FAST_PNG_OPTIONS = {"compress_level": 1}
_ROWS = 256  # number of rows to resize at a time
_FILTER_REACH = 3  # number of rows that the filter (Lanczos) reads on each side of a row


@dataclass(frozen=True, slots=True)
class Encoded:
    """An image as bytes, with its size in pixels and its file name extension."""

    data: bytes
    width: int
    height: int
    extension: str


def storage_extension(image: Image.Image, *, is_drawing: bool) -> str:
    """Return the extension for storing a normalised image: ``png`` for drawings and transparency, otherwise ``jpg``."""
    return "png" if is_drawing or image.mode == "RGBA" else "jpg"


def encode_original(image: Image.Image, *, ending: str) -> Encoded:
    """Encode a normalised image for storage, in the format with the extension ``ending``."""
    return _encode(image, ending, **(_ORIGINAL_JPEG_OPTIONS if ending == "jpg" else {}))


def encode_resized(image: Image.Image, size: tuple[int, int], *, ending: str) -> Encoded:
    """Resize a normalised image to ``size`` and encode it like an original, except that a PNG is compressed faster."""
    width, height = size
    # Resize a few rows at a time: the intermediate result of the filter takes as much memory as the image itself.
    scale = image.height / height
    margin = ceil(_FILTER_REACH * max(scale, 1)) + 1
    small = Image.new(image.mode, size)
    for top in range(0, height, _ROWS):
        bottom = min(top + _ROWS, height)
        first, last = max(0, floor(top * scale) - margin), min(image.height, ceil(bottom * scale) + margin)
        rows = image.crop((0, first, image.width, last))
        box = (0, top * scale - first, image.width, min(bottom * scale, image.height) - first)
        small.paste(rows.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box), (0, top))
    return _encode(small, ending, **(_ORIGINAL_JPEG_OPTIONS if ending == "jpg" else _FAST_PNG_OPTIONS))


def crop_box(
    size: tuple[int, int], *, ratio: tuple[int, int] | None, focus: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the largest box of ``ratio`` (width to height) inside ``size``, centred as close to ``focus`` as possible.

    ``focus`` is in per cent from the left and the top. If ``ratio`` is None, the box is the whole image.
    """
    width, height = size
    if ratio is None:
        return 0, 0, width, height
    ratio_width, ratio_height = ratio
    cut_width = max(1, min(width, round(height * ratio_width / ratio_height)))
    cut_height = max(1, min(height, round(width * ratio_height / ratio_width)))
    left = min(max(round(width * focus[0] / 100 - cut_width / 2), 0), width - cut_width)
    top = min(max(round(height * focus[1] / 100 - cut_height / 2), 0), height - cut_height)
    return left, top, left + cut_width, top + cut_height


def encode_rendition(
    image: Image.Image,
    *,
    width: int,
    ratio: tuple[int, int] | None,
    focus: tuple[int, int],
    ending: str,
    whole: tuple[int, int] | None = None,
) -> Encoded:
    """Crop a normalised image to ``ratio`` around ``focus``, scale it down to ``width`` if it is wider, and encode it.

    If ``image`` is a smaller copy, ``whole`` is the size of the full image. Crop and size are then computed from
    the full image.
    """
    full_width, full_height = whole or image.size
    box = crop_box((full_width, full_height), ratio=ratio, focus=focus)
    size = scale_to_width((box[2] - box[0], box[3] - box[1]), width=width)
    # The intermediate of an image in portrait format can already have this size. It is not copied, because a copy takes
    # 20 MB.
    if size == image.size and box == (0, 0, full_width, full_height):
        return _encode(image, ending)
    scale_x, scale_y = image.width / full_width, image.height / full_height
    source_box = (
        box[0] * scale_x,
        box[1] * scale_y,
        min(box[2] * scale_x, image.width),
        min(box[3] * scale_y, image.height),
    )
    return _encode(image.resize(size, Image.Resampling.LANCZOS, box=source_box, reducing_gap=3.0), ending)


def scale_to_width(size: tuple[int, int], *, width: int) -> tuple[int, int]:
    """Return ``size`` scaled down to ``width``, or ``size`` itself if it is not wider."""
    if size[0] <= width:
        return size
    return width, max(1, round(size[1] * width / size[0]))


def _encode(image: Image.Image, ending: str, **options: object) -> Encoded:
    encoding = ENCODINGS[ending]
    if encoding == "JPEG" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    output = BytesIO()
    image.save(output, encoding, **{**_OPTIONS[encoding], **options})
    return Encoded(output.getvalue(), image.width, image.height, ending)
