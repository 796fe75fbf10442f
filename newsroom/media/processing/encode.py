"""Turns cleaned pictures into what is kept and served: cropped, resized, encoded."""

from dataclasses import dataclass
from io import BytesIO
from math import ceil, floor

from PIL import Image

PAPER = (255, 255, 255)  # what shows through where a format knows no transparency
ENCODINGS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
_OPTIONS: dict[str, dict[str, object]] = {
    "AVIF": {"quality": 58, "speed": 8, "max_threads": 1},
    "WEBP": {"quality": 78, "method": 4},
    "JPEG": {"quality": 80, "progressive": True, "optimize": True},
    "PNG": {},
}
# Neither in passes nor with tables of its own, for which an encoder holds all of a picture: 144 MB for 24 megapixels.
_FINE = {"quality": 92, "subsampling": 0, "progressive": False, "optimize": False}
_QUICK = {"compress_level": 1}
_ROWS = 256  # that are made smaller at a time
_REACH = 3  # rows that the filter looks at on each side of one (Lanczos)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as bytes, with its size in pixels and the ending of its name."""

    data: bytes
    width: int
    height: int
    ending: str


def ending_of(image: Image.Image, *, is_drawing: bool) -> str:
    """Return how a cleaned picture is kept: drawings and transparent ones without loss, photographs as fine JPEG."""
    return "png" if is_drawing or image.mode == "RGBA" else "jpg"


def original(image: Image.Image, *, ending: str) -> Encoded:
    """Return a cleaned picture as it is kept, in the format that ``ending`` names."""
    return _encoded(image, ending, **(_FINE if ending == "jpg" else {}))


def smaller(image: Image.Image, size: tuple[int, int], *, ending: str) -> Encoded:
    """Return a cleaned picture in ``size``, otherwise as it is kept, but packed in less time.

    A few rows come to be at a time: what a filter needs on its way would take as much memory as the picture itself.
    """
    width, height = size
    scale = image.height / height
    margin = ceil(_REACH * max(scale, 1)) + 1
    small = Image.new(image.mode, size)
    for top in range(0, height, _ROWS):
        bottom = min(top + _ROWS, height)
        first, last = max(0, floor(top * scale) - margin), min(image.height, ceil(bottom * scale) + margin)
        rows = image.crop((0, first, image.width, last))
        box = (0, top * scale - first, image.width, min(bottom * scale, image.height) - first)
        small.paste(rows.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box), (0, top))
    return _encoded(small, ending, **(_FINE if ending == "jpg" else _QUICK))


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
    image: Image.Image,
    *,
    width: int,
    ratio: tuple[int, int] | None,
    focus: tuple[int, int],
    ending: str,
    whole: tuple[int, int] | None = None,
) -> Encoded:
    """Return a cleaned picture cropped to ``ratio`` around ``focus``, ``width`` pixels wide, never enlarged.

    ``whole`` is the size of the picture of which ``image`` is a smaller copy: crop and size are those of the picture.
    """
    across, down = whole or image.size
    box = crop_box((across, down), ratio=ratio, focus=focus)
    size = fitted((box[2] - box[0], box[3] - box[1]), width=width)
    if size == image.size and box == (0, 0, across, down):  # an upright plate, of which a copy would take 20 MB
        return _encoded(image, ending)
    by, to = image.width / across, image.height / down
    inside = (box[0] * by, box[1] * to, min(box[2] * by, image.width), min(box[3] * to, image.height))
    return _encoded(image.resize(size, Image.Resampling.LANCZOS, box=inside, reducing_gap=3.0), ending)


def fitted(size: tuple[int, int], *, width: int) -> tuple[int, int]:
    """Return ``size`` scaled down to ``width``, unchanged where it is not wider."""
    if size[0] <= width:
        return size
    return width, max(1, round(size[1] * width / size[0]))


def _encoded(image: Image.Image, ending: str, **options: object) -> Encoded:
    encoding = ENCODINGS[ending]
    if encoding == "JPEG" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    output = BytesIO()
    image.save(output, encoding, **{**_OPTIONS[encoding], **options})
    return Encoded(output.getvalue(), image.width, image.height, ending)
