"""Share pictures: one size, small files, and a complete layout for any headline, with and without a picture."""

from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image, ImageStat

from newsroom.media.processing import text_layout
from newsroom.media.processing.share_card import (
    INK,
    MARGIN,
    PAPER,
    PENCIL,
    CroppedPicture,
    ShareCard,
    draw_card,
    lay_out,
)
from newsroom.media.processing.text_layout import SANS, SERIF, Typeface, drawable, fit_text

pytestmark = pytest.mark.portable

HEADLINE = "Why the north pier of Port Lisle is closed to lorries"
LONG = f"{HEADLINE}, and who knew of the crack in its third pillar four years before anybody said so"
ARABIC = "لماذا أغلق ميناء تلمار ثلاثة أسابيع"
RED, GREEN = (200, 40, 40), (40, 160, 60)


def make_card(headline=HEADLINE, **fields):
    return ShareCard(**{"site": "Newsroom", "label": "North pier", "headline": headline, **fields})


def make_picture(size=(1920, 1080)):
    """Return a picture whose start half is red and whose end half is green."""
    picture = Image.new("RGB", size, RED)
    picture.paste(GREEN, (size[0] // 2, 0, *size))
    return picture


def open_card(card, picture=None):
    return Image.open(BytesIO(draw_card(card, picture))).convert("RGB")


def is_near(colour, other, tolerance=12):
    """Return whether two colours differ by at most ``tolerance``, as after the compression of a JPEG."""
    return all(abs(a - b) <= tolerance for a, b in zip(colour, other, strict=True))


def find_ink_box(image, box):
    """Return the bounding box of the text inside ``box``: of what is much darker than paper and its lines."""
    part = image.crop(box).convert("L").point(lambda value: 255 if value < 140 else 0)
    found = part.getbbox()
    return found and (found[0] + box[0], found[1] + box[1], found[2] + box[0], found[3] + box[1])


def count_tally(image, box):
    row = [is_near(image.getpixel((x, 486)), INK, 60) for x in range(box[0], box[2])]
    return sum(now and not before for before, now in pairwise([False, *row]))


@pytest.mark.parametrize(
    "headline",
    [
        "The pier is shut",
        HEADLINE,
        f"{HEADLINE}, and who knew of the crack in its third pillar four years before anybody said so",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
        "W" * 400,
        "word " * 300,
        ARABIC,
        f"{ARABIC} – Port Lisle 2026?",
        "Łódź, Đà Nẵng, Αθήνα, Москва",
        "🚢🚢🚢",
        "港の橋が閉鎖された理由",
        "",
        "a\u200bb\u202ec\u0301\ufeff\x00",
    ],
)
@pytest.mark.parametrize("is_rtl", [False, True])
def test_the_picture_is_complete_and_small_for_any_headline(headline, is_rtl):
    card = make_card(headline, note="6 outlets", outlets=6, is_rtl=is_rtl, picture=CroppedPicture("a", 50, 50))
    for picture in (None, make_picture()):
        data = draw_card(card, picture)
        image = Image.open(BytesIO(data))
        assert (image.format, image.size) == ("JPEG", (1200, 630))
        assert len(data) < 300_000
        layout = lay_out(card, has_picture=picture is not None)
        left, _, right, bottom = layout.headline
        assert MARGIN <= left < right <= 1200 - MARGIN
        assert bottom <= 470
        assert 1 <= len(layout.lines) <= 4
        assert all(layout.letters.width(line) <= right - left for line in layout.lines)


@pytest.mark.parametrize("is_rtl", [False, True])
def test_the_lead_picture_fills_the_end_of_the_card_and_text_the_start(is_rtl):
    card = make_card(outlets=6, note="6 outlets", is_rtl=is_rtl, picture=CroppedPicture("a", 50, 50))
    image, layout = open_card(card, make_picture()), lay_out(card, has_picture=True)
    assert layout.picture == ((0, 0, 540, 630) if is_rtl else (660, 0, 1200, 630))
    inside = image.crop(layout.picture)
    for x, colour in ((40, RED), (500, GREEN)):
        assert all(is_near(inside.getpixel((x, y)), colour) for y in (5, 300, 625))
    text_side = (layout.picture[2] + 4, 0, 1200, 630) if is_rtl else (0, 0, layout.picture[0] - 4, 630)
    left, top, right, bottom = find_ink_box(image, text_side)
    assert min(left - text_side[0], text_side[2] - right) >= 36
    assert top >= 60
    assert bottom <= 600
    headline = find_ink_box(image, (text_side[0], 110, text_side[2], 440))
    assert layout.headline[0] - 8 <= headline[0] < headline[2] <= layout.headline[2] + 8
    assert headline[3] <= layout.headline[3] + 8


def test_the_picture_is_cropped_around_its_focal_point():
    for focus, colour in ((0, RED), (100, GREEN)):
        image = open_card(make_card(picture=CroppedPicture("a", focus, 50)), make_picture())
        assert is_near(ImageStat.Stat(image.crop((670, 10, 1190, 620))).mean, colour)


def test_a_card_without_a_picture_has_upright_lines_instead():
    image = open_card(make_card(picture=CroppedPicture("a", 50, 50)))
    row = [image.getpixel((x, 625)) for x in range(1200)]
    lines = sum(is_near(now, PAPER) != is_near(before, PAPER) for before, now in pairwise(row)) // 2
    assert lines >= 20
    assert any(is_near(colour, PENCIL, 30) for colour in row[1100:])


def test_a_long_headline_is_smaller_and_at_most_four_lines():
    short, long, longest = (
        lay_out(make_card(headline), has_picture=True) for headline in ("The pier is shut", LONG, LONG * 3)
    )
    assert short.letters.size == 64
    assert 44 <= long.letters.size < 64
    assert longest.letters.size == 44
    assert len(longest.lines) == 4
    assert longest.lines[-1].endswith("…")


def test_a_name_is_larger_than_a_headline():
    assert lay_out(make_card("Port Lisle", is_name=True), has_picture=False).letters.size > 64


def test_the_same_content_gives_the_same_bytes():
    assert draw_card(make_card()) == draw_card(make_card())


def test_every_visible_difference_changes_the_digest():
    cards = [
        make_card(),
        make_card("Another headline"),
        make_card(label="Port Lisle"),
        make_card(note="3 outlets"),
        make_card(outlets=3),
        make_card(is_rtl=True),
        make_card(is_name=True),
        make_card(site="The Lisle Courier"),
        make_card(picture=CroppedPicture("a", 50, 50)),
        make_card(picture=CroppedPicture("a", 50, 60)),
        make_card(picture=CroppedPicture("b", 50, 50)),
    ]
    assert len({each.digest for each in cards}) == len(cards)


def test_there_is_a_line_for_each_outlet_up_to_twelve():
    counts = (0, 1, 7, 12, 30)
    images = [
        open_card(make_card(outlets=count, picture=CroppedPicture("a", 0, 0)), make_picture()) for count in counts
    ]
    assert [count_tally(image, (MARGIN - 4, 0, 600, 0)) for image in images] == [0, 1, 7, 12, 12]


def test_right_to_left_text_starts_at_the_right():
    box = find_ink_box(open_card(make_card("قف", label="", is_rtl=True)), (600, 110, 1200, 440))
    assert box is None or box[2] >= 1200 - MARGIN - 20


def test_arabic_letters_are_joined_or_not_drawn():
    letters = Typeface(SERIF, 60, is_rtl=True)
    word = drawable("تلمار", letters)
    assert letters.width(word) < sum(letters.width(letter) for letter in word) or word == ""


def test_without_shaping_no_arabic_is_drawn(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", False)
    letters = Typeface(SERIF, 60, is_rtl=True)
    assert drawable(ARABIC, letters) == ""
    assert drawable(HEADLINE, letters) == HEADLINE
    assert letters.width(HEADLINE) > 0


def test_characters_missing_from_our_fonts_are_left_out():
    assert drawable("Why 🚢 ships  wait", Typeface(SERIF, 60)) == "Why ships wait"


def test_if_most_characters_are_missing_nothing_is_drawn():
    assert drawable("港の橋が pier", Typeface(SANS, 60)) == ""


def test_combining_accents_are_composed():
    assert drawable("Zu\u0308rich", Typeface(SERIF, 60)) == "Zürich"


def test_a_short_headline_is_set_larger_than_a_long_one():
    def size(text):
        return fit_text(
            text, Typeface(SERIF, 104), sizes=range(104, 47, -4), within=1056, height=288, leading=1.12, most_lines=4
        )[0].size

    assert size("The pier is shut") > size(HEADLINE) > size(f"{HEADLINE} and {HEADLINE}")


def test_lines_have_similar_lengths():
    letters = Typeface(SERIF, 60)
    widths = [letters.width(line) for line in letters.balance_lines(HEADLINE, within=1056)]
    assert len(widths) == 2
    assert max(widths) < 1.3 * min(widths)


def test_text_that_does_not_fit_is_cut_with_an_ellipsis():
    letters = Typeface(SERIF, 48)
    lines = letters.truncate("word " * 300, within=1056, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(letters.width(line) <= 1056 for line in lines)


def test_words_of_two_directions_keep_their_direction():
    letters = Typeface(SERIF, 60, is_rtl=True)
    runs = [run.text for run in text_layout._order_visually(letters._runs("ميناء Port Lisle 2026"), is_rtl=True)]
    assert runs == (["Port Lisle 2026", " ", "ميناء"] if text_layout.SHAPES_ARABIC else ["Port Lisle 2026"])
