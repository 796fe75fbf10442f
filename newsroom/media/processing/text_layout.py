"""Text layout for share images: the font of each character, the width of a line, and line breaks.

The fonts are in the folder ``fonts``, under the SIL Open Font License 1.1 (``fonts/OFL.txt``). Arabic needs Raqm, which
Pillow provides if libfribidi is installed. Without it, letters would be unconnected and in the wrong order, so Arabic
is left out (see ``SHAPES_ARABIC``).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

SHAPES_ARABIC = features.check("raqm")

_FONTS = Path(__file__).parent / "fonts"
_ARABIC = "noto-naskh-arabic"
_OTHER_SCRIPTS = ("newsreader-vietnamese", "noto-serif-greek", "noto-serif-cyrillic")
SERIF = ("newsreader-latin", "newsreader-latin-ext", *_OTHER_SCRIPTS, _ARABIC)
SANS = ("source-sans-latin", "source-sans-latin-ext", *_OTHER_SCRIPTS, _ARABIC)
_NONCHARACTER = "\uffff"
_MIN_DRAWABLE_SHARE = 0.6  # share of the letters and digits of a text that must be drawable
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters in one font and one direction."""

    font: str
    text: str
    is_rtl: bool


@dataclass(frozen=True)
class Typeface:
    """One of our two typefaces at a given size in pixels. ``is_rtl`` is true if the paragraph runs from right to left."""

    face: tuple[str, ...]
    size: int
    is_rtl: bool = False

    @cached_property
    def fonts(self) -> tuple[str, ...]:
        """The fonts in the order in which they are tried for a character."""
        face = self.face if SHAPES_ARABIC else tuple(font for font in self.face if font != _ARABIC)
        return tuple(sorted(face, key=lambda font: font != _ARABIC)) if self.is_rtl else face

    def width(self, text: str) -> float:
        """Return the width of ``text`` on one line, in pixels."""
        return sum(self._width_of(run) for run in self._runs(text))

    def draw(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str, *, fill: tuple[int, int, int]) -> None:
        """Draw ``text`` on one line.

        ``at`` is the start of the baseline, which is on the right for right-to-left text.
        """
        x, y = at
        if self.is_rtl:
            x -= self.width(text)
        for run in _order_visually(self._runs(text), is_rtl=self.is_rtl):
            on.text(
                (x, y),
                run.text,
                font=_font(run.font, self.size),
                anchor="ls",
                fill=fill,
                direction=_direction(run),
            )
            x += self._width_of(run)

    def balance_lines(self, text: str, *, within: float) -> list[str]:
        """Return ``text`` in the smallest number of lines, with lines of similar length.

        No line is wider than ``within``, unless a single word is.
        """
        words = text.split()
        widths = [self.width(word) for word in words]
        line_count = len(self._fill_lines(words, widths, within))
        narrow, wide = 0.0, within
        while wide - narrow > 4:
            middle = (narrow + wide) / 2
            if len(self._fill_lines(words, widths, middle)) > line_count:
                narrow = middle
            else:
                wide = middle
        return self._fill_lines(words, widths, wide)

    def truncate(self, text: str, *, within: float, most: int) -> list[str]:
        """Return ``text`` in at most ``most`` lines, each filled before the next.

        Words longer than a line are broken. If the text does not fit, the last line ends in an ellipsis.
        """
        words = [piece for word in text.split() for piece in self._break_word(word, within)]
        lines = self._fill_lines(words, [self.width(word) for word in words], within)
        if len(lines) > most:
            last = lines[most - 1]
            while self.width(last + ELLIPSIS) > within:
                last = last[:-1].rstrip()
            lines = [*lines[: most - 1], last + ELLIPSIS]
        return lines

    def _fill_lines(self, words: list[str], widths: list[float], within: float) -> list[str]:
        """Return the words in lines, each filled before the next. ``widths`` are the widths of the words."""
        space = self.width("n n") - 2 * self.width("n")
        lines: list[list[str]] = []
        line_width = within
        for word, width in zip(words, widths, strict=True):
            if line_width + space + width <= within:
                lines[-1].append(word)
                line_width += space + width
            else:
                lines.append([word])
                line_width = width
        return [" ".join(line) for line in lines]

    def _break_word(self, word: str, within: float) -> Iterator[str]:
        piece = ""
        for character in word:
            if piece and not unicodedata.combining(character) and self.width(piece + character) > within:
                yield piece
                piece = ""
            piece += character
        yield piece

    def _runs(self, text: str) -> list[Run]:
        """Split ``text`` into runs of one font."""
        runs: list[Run] = []
        # A space between two fonts has the direction of the paragraph.
        for font, characters in groupby(self._assign_fonts(text), key=lambda placed: placed[0]):
            words = "".join(character for _, character in characters)
            runs.append(Run(font or self.fonts[0], words, self.is_rtl if not font else font == _ARABIC))
        return runs

    def _assign_fonts(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield each character with its font, which is the font of the previous character if possible.

        A space between two fonts is yielded with an empty font. A character that is missing from all fonts is left out.
        """
        previous, spaces = "", ""
        for character in text:
            if character == " ":
                spaces = " "
                continue
            font = previous if previous and _has_glyph(previous, character) else self._find_font(character)
            if font is None:
                continue
            if spaces:
                yield (font if font == previous else "", spaces)
            yield font, character
            previous, spaces = font, ""

    def _find_font(self, character: str) -> str | None:
        return next((font for font in self.fonts if _has_glyph(font, character)), None)

    def _width_of(self, run: Run) -> float:
        return _font(run.font, self.size).getlength(run.text, direction=_direction(run))


def drawable(text: str, letters: Typeface) -> str:
    """Return the part of ``text`` that our fonts can draw, or an empty string if too much of it would be missing."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    drawn = "".join(
        character
        for character in composed
        if character == " " or any(_has_glyph(font, character) for font in letters.fonts)
    )
    total = sum(character.isalnum() for character in composed)
    if sum(character.isalnum() for character in drawn) < _MIN_DRAWABLE_SHARE * max(total, 1):
        return ""
    return " ".join(drawn.split())


def fit_text(
    text: str,
    letters: Typeface,
    *,
    sizes: Iterable[int],
    within: float,
    height: float,
    leading: float,
    most_lines: int,
) -> tuple[Typeface, list[str]]:
    """Return the typeface in the largest size at which ``text`` fits, and the lines of the text.

    The text fits if it is no wider than ``within``, no higher than ``height``, and has at most ``most_lines`` lines.
    ``sizes`` are in descending order. ``leading`` is the distance between baselines as a multiple of the size. At the last size, the text is truncated if
    necessary.
    """
    smaller, most = letters, 1
    for size in sizes:
        smaller = Typeface(letters.face, size, letters.is_rtl)
        most = min(most_lines, max(1, int(height / (size * leading))))
        lines = smaller.balance_lines(text, within=within)
        if len(lines) <= most and all(smaller.width(line) <= within for line in lines):
            return smaller, lines
    return smaller, smaller.truncate(text, within=within, most=most)


def _order_visually(runs: list[Run], *, is_rtl: bool) -> Iterator[Run]:
    """Yield the runs in visual order, from left to right."""
    # A simple case of UAX 9: only one embedding level inside the paragraph.
    groups = [(group_is_rtl, list(group)) for group_is_rtl, group in groupby(runs, key=lambda run: run.is_rtl)]
    for group_is_rtl, group in reversed(groups) if is_rtl else groups:
        yield from reversed(group) if group_is_rtl else group


def _direction(run: Run) -> str | None:
    if not SHAPES_ARABIC:
        return None
    return "rtl" if run.is_rtl else "ltr"


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{name}.woff2", size)


@cache
def _has_glyph(name: str, character: str) -> bool:
    font = ImageFont.truetype(_FONTS / f"{name}.woff2", 24, layout_engine=ImageFont.Layout.BASIC)
    # A missing glyph is drawn like the glyph of a code point that is not a character.
    return _draw_glyph(font, character) != _draw_glyph(font, _NONCHARACTER)


def _draw_glyph(font: ImageFont.FreeTypeFont, character: str) -> tuple[float, bytes]:
    return font.getlength(character), bytes(font.getmask(character))
