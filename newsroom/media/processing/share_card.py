"""Share images of 1200 x 630 pixels: a headline beside the lead picture of a page, or over upright lines."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from newsroom.media.processing.encode import crop_box
from newsroom.media.processing.text_layout import SANS, SERIF, SHAPES_ARABIC, Typeface, drawable, fit_text

WIDTH, HEIGHT = 1200, 630
PICTURE_WIDTH = 540  # 45 per cent, at the end side
CONTENT_TYPE = "image/jpeg"
DRAWING_NUMBER = 2  # to be increased with each change to the drawing, so that other sites do not show an old image

# The colour tokens of the light scheme, in sRGB.
PAPER = (253, 253, 251)
NEWSPRINT = (238, 235, 228)
INK = (21, 25, 34)
INK_2 = (77, 81, 90)
PENCIL = (30, 74, 187)

MARGIN = 60
HEADLINE_SIZES = range(64, 43, -4)
NAME_SIZES = range(112, 43, -4)
_MAX_LINES = 4
_GAP = 44  # between the text and the picture
_LABEL_BASELINE = 92
_HEADLINE_TOP = 118
_COUNT_BASELINE = 494
_SITE_BASELINE = 574
_MAX_OUTLETS = 12
_LINE_WIDTH = 12  # of the pattern
_JPEG_OPTIONS = {"quality": 88, "subsampling": 0, "optimize": True, "progressive": True}


class CroppedPicture(NamedTuple):
    """The lead picture of a page: the digest of its original, and its focal point in per cent."""

    digest: str
    focal_x: int
    focal_y: int


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The content of a share image: a ``label`` above the ``headline``, a ``note``, and the name of the ``site``.

    A vertical line for each of the ``outlets``, up to ``_MAX_OUTLETS``, precedes the note. ``is_rtl`` is set for
    scripts that run from right to left. A ``is_name`` card has no dated text but a name, which may be larger.
    """

    site: str
    label: str
    headline: str
    note: str = ""
    outlets: int = 0
    is_rtl: bool = False
    is_name: bool = False
    picture: CroppedPicture | None = None

    @property
    def digest(self) -> str:
        """An identifier of exactly this image: 16 hexadecimal digits."""
        fields = tuple(getattr(self, name) for name in self.__slots__)
        return sha256(repr((DRAWING_NUMBER, SHAPES_ARABIC, fields)).encode()).hexdigest()[:16]


class Layout(NamedTuple):
    """Where the parts of a card are: boxes of the headline and of the picture, and the lines of the headline."""

    headline: tuple[int, int, int, int]
    picture: tuple[int, int, int, int] | None
    letters: Typeface
    lines: list[str]


def lay_out(card: ShareCard, *, has_picture: bool) -> Layout:
    """Return the layout of the card.

    Characters that are missing from our fonts are left out. If too many are missing from the headline, it is replaced
    with the name of the site. A headline that does not fit at the smallest size is truncated.
    """
    width = WIDTH - 2 * MARGIN if not has_picture else WIDTH - PICTURE_WIDTH - MARGIN - _GAP
    leading = 1.34 if card.is_rtl else 1.14
    sizes = NAME_SIZES if card.is_name else HEADLINE_SIZES
    largest = Typeface(SERIF, sizes[0], card.is_rtl)
    letters, lines = fit_text(
        drawable(card.headline, largest) or card.site,
        largest,
        sizes=sizes,
        within=width,
        height=_COUNT_BASELINE - 46 - _HEADLINE_TOP,
        leading=leading,
        most_lines=_MAX_LINES,
    )
    left = WIDTH - MARGIN - width if card.is_rtl else MARGIN
    bottom = _HEADLINE_TOP + round(len(lines) * letters.size * leading)
    picture_left = 0 if card.is_rtl else WIDTH - PICTURE_WIDTH
    return Layout(
        (left, _HEADLINE_TOP, left + width, bottom),
        (picture_left, 0, picture_left + PICTURE_WIDTH, HEIGHT) if has_picture else None,
        letters,
        lines,
    )


def draw_card(card: ShareCard, picture: Image.Image | None = None) -> bytes:
    """Return the image as a JPEG of less than 300 KB, with ``picture`` cropped around the focal point of the card."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    sheet = _Sheet(ImageDraw.Draw(image), card.is_rtl)
    layout = lay_out(card, has_picture=picture is not None)
    width = layout.headline[2] - layout.headline[0]
    if picture and layout.picture and card.picture:
        image.paste(_crop(picture, card.picture), layout.picture[:2])
    else:
        sheet.pattern()
    sheet.words(card.label, SANS, 28, after=0, within=width, baseline=_LABEL_BASELINE, fill=INK)
    leading = (layout.headline[3] - layout.headline[1]) / max(1, len(layout.lines))
    for number, line in enumerate(layout.lines):
        baseline = _HEADLINE_TOP + round(number * leading + layout.letters.size)
        sheet.line(line, layout.letters, after=0, baseline=baseline, fill=INK)
    offset = 0
    for _ in range(min(card.outlets, _MAX_OUTLETS)):
        sheet.box(offset, _COUNT_BASELINE - 26, 6, 34, INK)
        offset += 15
    note_start = offset + 10 if offset else 0
    sheet.words(card.note, SANS, 28, after=note_start, within=width, baseline=_COUNT_BASELINE, fill=INK_2)
    sheet.mark(_SITE_BASELINE - 36)
    sheet.words(card.site, SERIF, 34, after=54, within=width, baseline=_SITE_BASELINE, fill=INK)
    output = BytesIO()
    image.save(output, "JPEG", **_JPEG_OPTIONS)
    return output.getvalue()


def _crop(picture: Image.Image, crop: CroppedPicture) -> Image.Image:
    size = (PICTURE_WIDTH, HEIGHT)
    box = crop_box(picture.size, ratio=size, focus=(crop.focal_x, crop.focal_y))
    cropped = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    paper = Image.new("RGBA", size, PAPER)
    paper.alpha_composite(cropped)
    return paper.convert("RGB")


class _Sheet:
    """A drawing with margins. A distance ``after`` is measured from the margin at which the text begins."""

    def __init__(self, drawing: ImageDraw.ImageDraw, is_rtl: bool) -> None:
        self._drawing = drawing
        self._is_rtl = is_rtl

    def words(
        self,
        text: str,
        face: tuple[str, ...],
        size: int,
        *,
        after: int,
        within: int,
        baseline: int,
        fill: tuple[int, int, int],
    ) -> None:
        """Draw one line of text, cut off if it is too long."""
        letters = Typeface(face, size, self._is_rtl)
        if visible := drawable(text, letters):
            (line,) = letters.truncate(visible, within=within - after, most=1)
            self.line(line, letters, after=after, baseline=baseline, fill=fill)

    def line(self, text: str, letters: Typeface, *, after: int, baseline: int, fill: tuple[int, int, int]) -> None:
        """Draw one line of text without cutting it."""
        across = WIDTH - MARGIN - after if self._is_rtl else MARGIN + after
        letters.draw(self._drawing, (across, baseline), text, fill=fill)

    def box(self, after: int, top: int, width: int, height: int, fill: tuple[int, int, int]) -> None:
        left = WIDTH - MARGIN - after - width if self._is_rtl else MARGIN + after
        self._drawing.rectangle((left, top, left + width - 1, top + height - 1), fill=fill)

    def pattern(self) -> None:
        """Draw pale upright lines that rise towards the end of the sheet; the last one is in colour."""
        places = range(0, WIDTH - 2 * MARGIN - _LINE_WIDTH + 1, 36)
        for number, after in enumerate(places):
            is_last = number == len(places) - 1
            height = 40 + number * 12 + (10 if is_last else number * 7 % 11) * 6
            self.box(after, HEIGHT - height, _LINE_WIDTH, height, PENCIL if is_last else NEWSPRINT)

    def mark(self, top: int) -> None:
        """Draw the logo: two lines, and a third in colour beside them. It is never mirrored."""
        left = WIDTH - MARGIN - 36 if self._is_rtl else MARGIN
        for offset, begin, fill in ((0, 10, INK), (15, 6, INK), (30, 0, PENCIL)):
            self._drawing.rectangle((left + offset, top + begin, left + offset + 5, top + 39), fill=fill)
