"""The shapes, widths and formats in which images are served, and their names in URLs."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self
from uuid import UUID

from django.urls import reverse

from newsroom.media.models import Image
from newsroom.media.processing.encode import crop_box, scale_to_width

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
FALLBACK_WIDTH = 960  # for the few browsers that support neither AVIF nor WebP

ENCODING_NUMBER = 1  # to be increased when the encoder's output changes, so that the content of a URL never changes

_SPEC = re.compile(r"([a-z0-9]+)-([1-9][0-9]{0,4})(?:-([0-9]{1,3})x([0-9]{1,3}))?-([0-9a-f]{16})\.([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spec:
    """One way to serve an image: ``free-960-MARK.avif``, or ``3x2-640-50x40-MARK.webp`` cropped around a focal point.

    The focal point is part of the name, so the content of a URL does not change if the point moves. The ``mark`` proves
    that the site made the name. The name for one shape does not reveal the name for another.
    """

    shape: str
    width: int
    focus: tuple[int, int] | None
    mark: str
    ending: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the spec with the name ``text``, or None if ``text`` is not the name of a spec."""
        match = _SPEC.fullmatch(text)
        if match is None or match[1] not in SHAPES or match[6] not in CONTENT_TYPES:
            return None
        focus = None if match[3] is None else (int(match[3]), int(match[4]))
        spec = cls(match[1], int(match[2]), focus, match[5], match[6])
        return spec if str(spec) == text and (focus is None) == (SHAPES[spec.shape] is None) else None

    def __str__(self) -> str:
        focus = "" if self.focus is None else f"-{self.focus[0]}x{self.focus[1]}"
        return f"{self.shape}-{self.width}{focus}-{self.mark}.{self.ending}"


def compute_mark(image: Image, shape: str, focus: tuple[int, int] | None) -> str:
    """Return the unguessable part of the names for an image in the given shape and with the given focal point."""
    # The digest of the original is secret: it cannot be computed without the file itself.
    return hashlib.sha256(f"{ENCODING_NUMBER} {image.digest} {shape} {focus}".encode()).hexdigest()[:16]


def make_spec(image: Image, shape: str, *, width: int, ending: str) -> Spec:
    """Return the spec of an image in the given shape, width and format, with the current focal point."""
    focus = crop_focus(image, shape)
    return Spec(shape, width, focus, compute_mark(image, shape, focus), ending)


def crop_focus(image: Image, shape: str) -> tuple[int, int] | None:
    """Return the focal point of a crop of ``image`` to ``shape``, or None for the whole image."""
    return None if SHAPES[shape] is None else (image.focal_x, image.focal_y)


def largest_size(image: Image, shape: str) -> tuple[int, int]:
    """Return the width and height of the largest crop in ``shape``, in pixels."""
    box = crop_box((image.width, image.height), ratio=SHAPES[shape], focus=(image.focal_x, image.focal_y))
    return box[2] - box[0], box[3] - box[1]


def served_widths(image: Image, shape: str) -> tuple[int, ...]:
    """Return the widths in which an image is served, ascending: at least one, and none wider than the largest crop."""
    widest, _ = largest_size(image, shape)
    return tuple(width for width in WIDTHS if width <= widest) or (widest,)


def list_specs(image: Image, shape: str, *, ending: str) -> tuple[Spec, ...]:
    """Return all specs of an image in the given shape and format, in ascending order of width."""
    focus = crop_focus(image, shape)
    mark = compute_mark(image, shape, focus)
    return tuple(Spec(shape, width, focus, mark, ending) for width in served_widths(image, shape))


def is_served(image: Image, spec: Spec) -> bool:
    """Return whether pages request this rendition of the image, or did so with an earlier focal point."""
    # The mark proves that the focal point was once the current one.
    return spec.mark == compute_mark(image, spec.shape, spec.focus) and spec.width in served_widths(image, spec.shape)


def fallback_width(image: Image, shape: str) -> int:
    """Return the width in which pages request the JPEG, which every browser can display."""
    widths = served_widths(image, shape)
    return max((width for width in widths if width <= FALLBACK_WIDTH), default=widths[0])


def smallest_spec(image: Image) -> Spec:
    """Return the spec of the smallest rendition of the whole image as a JPEG, which every browser can display."""
    return make_spec(image, FREE, width=served_widths(image, FREE)[0], ending="jpg")


def rendition_url(image: Image, spec: Spec, *, under: str = "") -> str:
    """Return the address of a rendition. In a shared preview, ``under`` is the beginning of the address."""
    return f"{under or _base_path()}{image.uid}/{spec}"


@cache
def _base_path() -> str:
    """Return the beginning of the address of each rendition, up to the uid."""
    # Cached, because reversing a URL for each rendition would be slower.
    placeholder = UUID(int=0)
    return reverse("media:rendition", args=[placeholder, "name"]).removesuffix(f"{placeholder}/name")


CROP_DISPLAY_WIDTH = 240
CROP_USES = {
    "16x9": "First story of the front page, topics, share pictures",
    "8x5": "Lists of stories",
    "3x2": "Other sites",
    "4x3": "Search engines",
    "1x1": "Portraits, search engines",
}


class Crop(NamedTuple):
    """One shape of an image: its ratio, where it is shown, and the address of the crop with its size on the screen."""

    ratio: str
    where: str
    across: int
    down: int
    address: str
    width: int
    height: int


def list_crops(image: Image) -> list[Crop]:
    """Return the crop of the image in each shape that has a ratio."""
    crops = []
    for shape, ratio in SHAPES.items():
        if ratio is not None:
            spec = make_spec(image, shape, width=served_widths(image, shape)[0], ending="jpg")
            width, height = scale_to_width(largest_size(image, shape), width=CROP_DISPLAY_WIDTH)
            words = f"{ratio[0]} to {ratio[1]}"
            crops.append(Crop(words, CROP_USES[shape], *ratio, rendition_url(image, spec), width, height))
    return crops
