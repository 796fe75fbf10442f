"""Share images of 1200 x 630 pixels, with the headline of a page and a vertical line for each outlet."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

from newsroom.media.processing.text_layout import SANS, SERIF, SHAPES_ARABIC, Typeface, drawable, fit_text

WIDTH, HEIGHT = 1200, 630
DRAWING_NUMBER = 1  # to be increased with each change to the drawing, so that other sites do not show an old image

# The colour tokens of the light scheme, in sRGB.
PAPER = (253, 253, 251)
INK = (21, 25, 34)
INK_2 = (77, 81, 90)
PENCIL = (30, 74, 187)

_MARGIN = 72
_TEXT_WIDTH = WIDTH - 2 * _MARGIN
_HEADLINE_SIZES = range(104, 47, -4)
_HEADLINE_HEIGHT = 288
_MAX_OUTLETS = 12
_COLOUR_COUNT = 48


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The content of a share image: the ``site``, a ``label`` above the ``headline``, and a ``note`` at the foot.

    A vertical line for each of the ``outlets``, up to ``_MAX_OUTLETS``, precedes the note. ``is_rtl`` is set for
    scripts that run from right to left.
    """

    site: str
    label: str
    headline: str
    note: str = ""
    outlets: int = 0
    is_rtl: bool = False

    @property
    def digest(self) -> str:
        """An identifier of exactly this image: 16 hexadecimal digits."""
        content = (
            DRAWING_NUMBER,
            SHAPES_ARABIC,
            self.site,
            self.label,
            self.headline,
            self.note,
            self.outlets,
            self.is_rtl,
        )
        return sha256(repr(content).encode()).hexdigest()[:16]


def draw_card(card: ShareCard) -> bytes:
    """Return the image as a PNG of less than 100 KB.

    Characters that are missing from our fonts are left out. If too many are missing from the headline, it is replaced
    with the name of the site.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    sheet = _Sheet(ImageDraw.Draw(image), card.is_rtl)
    sheet.mark(58)
    sheet.words(card.site, SERIF, 36, after=58, baseline=96, fill=INK)
    sheet.box(0, 124, _TEXT_WIDTH, 2, INK)
    sheet.words(card.label, SANS, 28, after=0, baseline=188, fill=INK)
    leading = 1.34 if card.is_rtl else 1.12
    letters, lines = fit_text(
        drawable(card.headline, sheet.letters(SERIF, 104)) or card.site,
        sheet.letters(SERIF, 104),
        sizes=_HEADLINE_SIZES,
        within=_TEXT_WIDTH,
        height=_HEADLINE_HEIGHT,
        leading=leading,
    )
    top = 204 + letters.size
    for number, line in enumerate(lines):
        sheet.line(line, letters, after=0, baseline=top + round(number * letters.size * leading), fill=INK)
    offset = 0
    for _ in range(min(card.outlets, _MAX_OUTLETS)):
        sheet.box(offset, 536, 6, 34, INK)
        offset += 15
    sheet.words(card.note, SANS, 28, after=offset + 10 if offset else 0, baseline=562, fill=INK_2)
    output = BytesIO()
    image.quantize(_COLOUR_COUNT, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
    return output.getvalue()


class _Sheet:
    """A drawing with margins. A distance ``after`` is measured from the margin at which the text begins."""

    def __init__(self, drawing: ImageDraw.ImageDraw, is_rtl: bool) -> None:
        self._drawing = drawing
        self._is_rtl = is_rtl

    def letters(self, face: tuple[str, ...], size: int) -> Typeface:
        return Typeface(face, size, self._is_rtl)

    def words(
        self, text: str, face: tuple[str, ...], size: int, *, after: int, baseline: int, fill: tuple[int, int, int]
    ) -> None:
        """Draw one line of text, cut off if it is too long."""
        letters = self.letters(face, size)
        if visible := drawable(text, letters):
            (line,) = letters.truncate(visible, within=_TEXT_WIDTH - after, most=1)
            self.line(line, letters, after=after, baseline=baseline, fill=fill)

    def line(self, text: str, letters: Typeface, *, after: int, baseline: int, fill: tuple[int, int, int]) -> None:
        """Draw one line of text without cutting it."""
        across = WIDTH - _MARGIN - after if self._is_rtl else _MARGIN + after
        letters.draw(self._drawing, (across, baseline), text, fill=fill)

    def box(self, after: int, top: int, width: int, height: int, fill: tuple[int, int, int]) -> None:
        left = WIDTH - _MARGIN - after - width if self._is_rtl else _MARGIN + after
        self._drawing.rectangle((left, top, left + width - 1, top + height - 1), fill=fill)

    def mark(self, top: int) -> None:
        """Draw the logo: two lines, and a third in colour beside them. It is never mirrored."""
        left = WIDTH - _MARGIN - 36 if self._is_rtl else _MARGIN
        for offset, begin, fill in ((0, 10, INK), (15, 6, INK), (30, 0, PENCIL)):
            self._drawing.rectangle((left + offset, top + begin, left + offset + 5, top + 39), fill=fill)
