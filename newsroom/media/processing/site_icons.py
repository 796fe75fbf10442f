"""The icons and the logo of the site, drawn from our mark or from a picture that the site uses in its place."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from newsroom.media.processing.share_card import INK, PAPER, PENCIL
from newsroom.media.processing.text_layout import SERIF, Typeface, drawable

DRAWING_NUMBER = 1  # to be increased with each change to the drawing, so that browsers load the icons again
LOGO_SIZE = (600, 60)
_SCALE = 4  # the mark is drawn this much larger and reduced, for smooth edges
# Bars in a square of 25 units: distance from the left, height and colour.
_BARS = ((0, 18, INK), (10, 21, INK), (20, 25, PENCIL))
_BAR_WIDTH = 5
_MARK_UNITS = 25


@dataclass(frozen=True, slots=True)
class IconShape:
    """The size of an icon in pixels, the share of it that is empty on each side of the mark, and its corners.

    ``corners`` is the radius of its corners as a share of its size; the outside of them is transparent.
    """

    size: int
    margin: float
    corners: float = 0


def draw_icon(shape: IconShape, mark: Image.Image | None) -> Image.Image:
    """Return the icon, with ``mark`` or, by default, with ours on paper."""
    size = shape.size * _SCALE
    icon = Image.new("RGBA", (size, size), PAPER)
    margin = round(size * shape.margin)
    inner = mark.resize((size - 2 * margin,) * 2, Image.Resampling.LANCZOS) if mark else _draw_bars(size - 2 * margin)
    icon.alpha_composite(inner, (margin, margin))
    if shape.corners:
        mask = Image.new("L", icon.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size - 1, size - 1), round(size * shape.corners), fill=255)
        icon.putalpha(mask)
    return icon.resize((shape.size, shape.size), Image.Resampling.LANCZOS)


def draw_logo(site: str, mark: Image.Image | None) -> Image.Image:
    """Return the mark and the name of the site on paper, in ``LOGO_SIZE``; the name is cut off if it is too long."""
    width, height = LOGO_SIZE
    logo = Image.new("RGBA", LOGO_SIZE, PAPER)
    side = height - 16
    inner = mark.resize((side, side), Image.Resampling.LANCZOS) if mark else _draw_bars(side)
    logo.alpha_composite(inner, (8, 8))
    letters = Typeface(SERIF, 46)
    start = side + 26
    if visible := drawable(site, letters):
        (line,) = letters.truncate(visible, within=width - start, most=1)
        letters.draw(ImageDraw.Draw(logo), (start, height - 11), line, fill=INK)
    return logo


def encode_png(image: Image.Image) -> bytes:
    """Return the image as a PNG."""
    output = BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def encode_ico(image: Image.Image) -> bytes:
    """Return the image as an ICO file, with a copy of 16 pixels."""
    output = BytesIO()
    image.save(output, "ICO", sizes=[(16, 16), image.size])
    return output.getvalue()


def _draw_bars(size: int) -> Image.Image:
    """Return our mark as a transparent square of this size."""
    bars = Image.new("RGBA", (size, size))
    drawing = ImageDraw.Draw(bars)
    unit = size / _MARK_UNITS
    for left, length, fill in _BARS:
        top = size - round(length * unit)
        drawing.rectangle((round(left * unit), top, round((left + _BAR_WIDTH) * unit) - 1, size - 1), fill=fill)
    return bars
