"""Read the colours of the style sheet as sRGB values, which every SVG viewer supports."""

import math
import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parent.parent / "static" / "css" / "tokens.css"
_TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)")


def parse_tokens(css: str) -> dict[str, tuple[str, str]]:
    """Return each ``light-dark()`` pair of OKLCH colours in a style sheet as two ``#rrggbb`` values, keyed by name."""
    return {name: (_parse_oklch(light), _parse_oklch(dark)) for name, light, dark in _TOKEN.findall(css)}


def _parse_oklch(words: str) -> str:
    lightness, chroma, hue = (float(word) for word in words.split())
    return oklch_to_hex(lightness, chroma, hue)


def oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """Return ``oklch(lightness chroma hue)`` as ``#rrggbb``, clipped to sRGB (CSS Color Module Level 4)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _encode_gamma(min(max(value, 0.0), 1.0))):02x}" for value in linear)


def _encode_gamma(value: float) -> float:
    encoded: float = 1.055 * value ** (1 / 2.4) - 0.055 if value > 0.0031308 else 12.92 * value
    return encoded
