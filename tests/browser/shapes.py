"""Compare shapes on screenshots by their ink alone, as somebody sees them who sees no colours."""

from collections.abc import Sequence
from io import BytesIO
from itertools import combinations, groupby

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

# Ways of looking, each with options of a browser context.
LOOKS: dict[str, dict[str, str]] = {"forced colours": {"forced_colors": "active"}, "greyscale": {}}
MIN_DIFFERENCE = 0.04  # the share of pixels in which two shapes must differ


def remove_colours(page: Page) -> None:
    """Show the page in shades of grey."""
    page.evaluate("document.documentElement.style.filter = 'grayscale(1)'")


def read_ink(screenshot: bytes) -> Image.Image:
    """Return a picture that is white where the screenshot has ink, and black where it has the colour of its first pixel."""
    image = Image.open(BytesIO(screenshot)).convert("L")
    paper = Image.new("L", image.size, image.getpixel((0, 0)))
    return ImageChops.difference(image, paper).point(lambda value: 255 if value > 60 else 0)


def read_shape(screenshot: bytes) -> Image.Image:
    """Return the ink of the only shape on a screenshot, without the paper around it, in one size."""
    ink = read_ink(screenshot)
    return ink.crop(ink.getbbox()).resize((48, 48))


def split_shapes(screenshot: bytes) -> list[Image.Image]:
    """Return the ink of each shape in a row of shapes, over the whole height of the row, in one size."""
    ink = read_ink(screenshot)
    columns = [ink.crop((x, 0, x + 1, ink.height)).getbbox() is not None for x in range(ink.width)]
    shapes, x = [], 0
    for has_ink, run in groupby(columns):
        width = len(list(run))
        if has_ink:
            shapes.append(ink.crop((x, 0, x + width, ink.height)).resize((24, 48)))
        x += width
    return shapes


def find_equal(shapes: Sequence[Image.Image]) -> list[tuple[int, int]]:
    """Return the positions of the shapes that look the same, in pairs."""
    differences = {
        (first, second): ImageStat.Stat(ImageChops.difference(shapes[first], shapes[second])).mean[0] / 255
        for first, second in combinations(range(len(shapes)), 2)
    }
    return [pair for pair, difference in differences.items() if difference < MIN_DIFFERENCE]
