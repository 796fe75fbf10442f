"""The shapes, widths and formats in which pictures are served, and how each is named in an address."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self
from uuid import UUID

from django.urls import reverse

from newsroom.media.models import Image
from newsroom.media.processing.encode import crop_box, fitted

FREE = "free"
SHAPES: dict[str, tuple[int, int] | None] = {
    FREE: None,
    "16x9": (16, 9),
    "8x5": (8, 5),
    "3x2": (3, 2),
    "4x3": (4, 3),
    "1x1": (1, 1),
}
WIDTHS = (320, 480, 640, 960, 1280, 1920)
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
FALLBACK_WIDTH = 960  # for the few browsers that read neither AVIF nor WebP

ENCODING = 1  # goes up when the same picture comes out in other bytes, so that no address changes what it shows

_SPEC = re.compile(r"([a-z0-9]+)-([1-9][0-9]{0,4})(?:-([0-9]{1,3})x([0-9]{1,3}))?-([0-9a-f]{16})\.([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spec:
    """One way to serve a picture: ``free-960-MARK.avif``, or ``3x2-640-50x40-MARK.webp`` where it is cropped around a point.

    The focal point is part of the name, so that moving it never changes what an address shows. The ``mark`` proves that
    the name was given out by us: who knows one shape of a picture cannot guess the name of another.
    """

    shape: str
    width: int
    focus: tuple[int, int] | None
    mark: str
    ending: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the spec that ``text`` names, None where it names none."""
        match = _SPEC.fullmatch(text)
        if match is None or match[1] not in SHAPES or match[6] not in CONTENT_TYPES:
            return None
        focus = None if match[3] is None else (int(match[3]), int(match[4]))
        spec = cls(match[1], int(match[2]), focus, match[5], match[6])
        return spec if str(spec) == text and (focus is None) == (SHAPES[spec.shape] is None) else None

    def __str__(self) -> str:
        focus = "" if self.focus is None else f"-{self.focus[0]}x{self.focus[1]}"
        return f"{self.shape}-{self.width}{focus}-{self.mark}.{self.ending}"


def mark_of(image: Image, shape: str, focus: tuple[int, int] | None) -> str:
    """Return what the names of a picture in one shape have in common, and nobody knows who was not told one.

    It is made from the digest of the original, which is told to nobody: to make it one needs the picture itself.
    """
    return hashlib.sha256(f"{ENCODING} {image.digest} {shape} {focus}".encode()).hexdigest()[:16]


def spec_of(image: Image, shape: str, *, width: int, ending: str) -> Spec:
    """Return the spec of a picture in one shape, width and format, cropped around the focal point of today."""
    focus = focus_of(image, shape)
    return Spec(shape, width, focus, mark_of(image, shape, focus), ending)


def focus_of(image: Image, shape: str) -> tuple[int, int] | None:
    """Return the point that a crop of ``image`` to ``shape`` keeps, None for the whole picture."""
    return None if SHAPES[shape] is None else (image.focal_x, image.focal_y)


def size_of(image: Image, shape: str) -> tuple[int, int]:
    """Return width and height of the largest picture of that shape, in pixels."""
    box = crop_box((image.width, image.height), ratio=SHAPES[shape], focus=(image.focal_x, image.focal_y))
    return box[2] - box[0], box[3] - box[1]


def widths_of(image: Image, shape: str) -> tuple[int, ...]:
    """Return the widths in which a picture is served, ascending: never wider than it is, and always one."""
    widest, _ = size_of(image, shape)
    return tuple(width for width in WIDTHS if width <= widest) or (widest,)


def specs_of(image: Image, shape: str, *, ending: str) -> tuple[Spec, ...]:
    """Return all specs of a picture in one shape and format, ascending by width."""
    focus = focus_of(image, shape)
    mark = mark_of(image, shape, focus)
    return tuple(Spec(shape, width, focus, mark, ending) for width in widths_of(image, shape))


def is_served(image: Image, spec: Spec) -> bool:
    """Say whether pages ask for this rendition of the picture, or did: around which point it is cropped, its mark proves."""
    return spec.mark == mark_of(image, spec.shape, spec.focus) and spec.width in widths_of(image, spec.shape)


def fallback_width(image: Image, shape: str) -> int:
    """Return the one width in which the format that every browser reads is asked for."""
    widths = widths_of(image, shape)
    return max((width for width in widths if width <= FALLBACK_WIDTH), default=widths[0])


def smallest(image: Image) -> Spec:
    """Return the smallest rendition of the whole picture, in the format that every browser reads."""
    return spec_of(image, FREE, width=widths_of(image, FREE)[0], ending="jpg")


def address_of(image: Image, spec: Spec, *, under: str = "") -> str:
    """Return where a rendition of the picture is served: under an address that opens drafts, or where all are."""
    return f"{under or _served_under()}{image.uid}/{spec}"


@cache
def _served_under() -> str:
    """Return what stands before the uid in the addresses of all renditions: there is no need to look that up for each."""
    nobody = UUID(int=0)
    return reverse("media:rendition", args=[nobody, "name"]).removesuffix(f"{nobody}/name")


ACROSS = 240
WHERE = {
    "16x9": "First story of the front page, topics, share pictures",
    "8x5": "Lists of stories",
    "3x2": "Kept for other sites",
    "4x3": "Search engines",
    "1x1": "Search engines",
}


class Crop(NamedTuple):
    """One shape: its ratio, where it is shown, the address of the crop as it is kept, and its size on the screen."""

    ratio: str
    where: str
    across: int
    down: int
    address: str
    width: int
    height: int


def crops_of(image: Image) -> list[Crop]:
    """Return the picture in each shape that crops it."""
    crops = []
    for shape, ratio in SHAPES.items():
        if ratio is not None:
            spec = spec_of(image, shape, width=widths_of(image, shape)[0], ending="jpg")
            width, height = fitted(size_of(image, shape), width=ACROSS)
            words = f"{ratio[0]} to {ratio[1]}"
            crops.append(Crop(words, WHERE[shape], *ratio, address_of(image, spec), width, height))
    return crops
