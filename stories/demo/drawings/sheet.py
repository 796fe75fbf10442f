"""A sheet to draw on, with the palette of the house and smooth strokes that are always the same."""

import itertools
import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

type Point = tuple[float, float]
type Colour = tuple[int, int, int]

PAPER: Colour = (253, 253, 251)
NEWSPRINT: Colour = (238, 236, 229)
STONE: Colour = (213, 211, 204)
MIST: Colour = (222, 228, 236)
WASH: Colour = (202, 212, 240)
PENCIL: Colour = (31, 74, 192)
SEA: Colour = (36, 52, 110)
NIGHT: Colour = (26, 35, 68)
INK: Colour = (21, 24, 32)
LAMP: Colour = (226, 180, 92)

WIDTH, HEIGHT = 1920, 1080
_SCALE = 2


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that is ``share`` (0 to 1) of the way from ``one`` to ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def pseudo_random(number: int, salt: int = 0) -> float:
    """Return a number from 0 to 1 that looks random but is always the same for ``number`` and ``salt``."""
    mangled = (number * 2_654_435_761 + salt * 40_503 + 12_345) & 0xFFFFFFFF
    mangled ^= mangled >> 15
    mangled = (mangled * 2_246_822_519) & 0xFFFFFFFF
    mangled ^= mangled >> 13
    return mangled / 0xFFFFFFFF


def bezier_points(start: Point, handle: Point, second: Point, end: Point, steps: int = 40) -> list[Point]:
    """Return the points of a cubic Bézier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        corners = (start, handle, second, end)
        x = sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True))
        y = sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True))
        points.append((x, y))
    return points


def rotate(points: Iterable[Point], around: Point, degrees: float) -> list[Point]:
    """Return the points, turned clockwise by ``degrees`` around ``around``."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return [
        (
            around[0] + (x - around[0]) * cos - (y - around[1]) * sin,
            around[1] + (x - around[0]) * sin + (y - around[1]) * cos,
        )
        for x, y in points
    ]


class Sheet:
    """A sheet of 1920 by 1080 pixels, drawn at twice its size and scaled down at the end."""

    def __init__(self, ground: Colour) -> None:
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), ground)
        self._pen = ImageDraw.Draw(self._image)

    def area(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self._pen.polygon(_scaled(points), fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """Fill a rectangle."""
        self.area([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def stroke(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a line through points, with round joints and ends."""
        scaled = _scaled(points)
        thick = max(1, round(width * _SCALE))
        self._pen.line(scaled, fill=colour, width=thick, joint="curve")
        if thick > 3:
            reach = thick / 2
            for x, y in (scaled[0], scaled[-1]):
                self._pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)

    def outline(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw the edge of a polygon."""
        self.stroke([*points, points[0]], colour, width)

    def frame(self, left: float, top: float, right: float, bottom: float, colour: Colour, width: float) -> None:
        """Draw the edge of a rectangle."""
        self.outline([(left, top), (right, top), (right, bottom), (left, bottom)], colour, width)

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        x, y = (value * _SCALE for value in centre)
        reach = radius * _SCALE
        self._pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)

    def ring(self, centre: Point, radius: float, colour: Colour, width: float) -> None:
        """Draw a circle."""
        x, y = (value * _SCALE for value in centre)
        reach = radius * _SCALE
        self._pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=round(width * _SCALE))

    def dashes(self, points: Sequence[Point], colour: Colour, width: float, dash: float, gap: float) -> None:
        """Draw a dashed line along points."""
        walked = 0.0
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            length = math.hypot(x2 - x1, y2 - y1)
            place = 0.0
            while place < length:
                phase = (walked + place) % (dash + gap)
                on = phase < dash
                step = min(length - place, (dash if on else dash + gap) - phase)
                if on and step > 0:
                    a, b = place / length, (place + step) / length
                    self.stroke(
                        [(x1 + (x2 - x1) * a, y1 + (y2 - y1) * a), (x1 + (x2 - x1) * b, y1 + (y2 - y1) * b)],
                        colour,
                        width,
                    )
                place += max(step, 0.01)
            walked += length

    def waves(self, top: float, bottom: float, colour: Colour, *, spacing: float = 22, height: float = 5) -> None:
        """Draw calm water between two heights as lines that are wider apart towards the viewer."""
        y, row = top, 0
        while y < bottom:
            nearness = (y - top) / max(1.0, bottom - top)
            length = 50 + 60 * nearness
            lift = height * (0.5 + nearness)
            points = [(x, y + lift * math.sin(x / length + row * 1.9)) for x in range(-20, WIDTH + 21, 10)]
            self.stroke(points, colour, 1 + nearness)
            y += spacing * (0.6 + nearness)
            row += 1

    def finished(self) -> Image.Image:
        """Return the drawing in its final size."""
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
