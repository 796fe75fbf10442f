"""The crops in which pages show a picture, as its screen draws them."""

from typing import NamedTuple

from newsroom.imaging.raster import fitted
from newsroom.media.models import Image
from newsroom.media.specs import SHAPES, address_of, size_of, spec_of, widths_of

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
