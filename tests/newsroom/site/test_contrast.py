"""Text and borders have enough contrast in the light and the dark scheme, and no text is too small."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
_OKLCH = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
COLOURS = {
    name: tuple(tuple(float(part) for part in shade) for shade in (shades[:3], shades[3:]))
    for name, *shades in re.findall(rf"--([\w-]+): light-dark\({_OKLCH}, {_OKLCH}\);", TOKENS)
}
TEXT = [
    *(
        (text, background)
        for text in ("ink", "ink-2", "pencil", "rust", "amber")
        for background in ("paper", "newsprint")
    ),
    *((colour, f"{colour}-wash") for colour in ("pencil", "rust", "amber")),
    *(("ink", f"{colour}-wash") for colour in ("pencil", "rust", "amber")),
    ("paper", "ink"),
]
BORDERS = [("edge", "paper"), ("edge", "newsprint")]


def luminance(lightness, chroma, hue):
    """Return the relative luminance (WCAG 2.2) of an OKLCH colour, clipped to sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(*one), luminance(*other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_all_tokens_are_defined():
    assert {"paper", "newsprint", "ink", "ink-2", "rule", "edge", "pencil", "rust", "amber"} <= COLOURS.keys()


def test_black_on_white_is_21_to_1():
    assert contrast((1, 0, 0), (0, 0, 0)) == pytest.approx(21, abs=0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "background"), TEXT)
def test_text_has_enough_contrast_with_its_background(text, background, scheme):
    assert contrast(COLOURS[text][scheme], COLOURS[background][scheme]) >= 5.3


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("border", "background"), BORDERS)
def test_borders_of_controls_have_enough_contrast_with_their_background(border, background, scheme):
    assert contrast(COLOURS[border][scheme], COLOURS[background][scheme]) >= 3.45


def test_no_text_is_smaller_than_the_minimum_size():
    css = Path(settings.BASE_DIR) / "static" / "css"
    sizes = [
        float(size)
        for sheet in css.glob("*.css")
        if sheet.name != "print.css"
        for size in re.findall(r"(?:font-size|--\w+-size): *([\d.]+)rem", sheet.read_text(encoding="utf-8"))
    ]
    assert sizes
    assert min(sizes) >= 0.8125
