"""Share pictures: one size, small files, and a complete layout for any headline."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from newsroom.media.processing import text_layout
from newsroom.media.processing.share_card import INK, PAPER, ShareCard, draw_card
from newsroom.media.processing.text_layout import SANS, SERIF, Typeface, drawable, fit_text

pytestmark = pytest.mark.portable

HEADLINE = "Why the north pier of Port Lisle is closed to lorries"
ARABIC = "لماذا أغلق ميناء تلمار ثلاثة أسابيع"
EDGE = 72


def open_card(make_card):
    return Image.open(BytesIO(draw_card(make_card)))


def make_card(headline=HEADLINE, **fields):
    return ShareCard(**{"site": "Newsroom", "label": "North pier", "headline": headline, **fields})


def find_ink_box(picture):
    """Return the bounding box of everything that is not background."""
    return ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, PAPER)).getbbox()


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
    data = draw_card(make_card(headline, note="6 outlets", outlets=6, is_rtl=is_rtl))
    picture = Image.open(BytesIO(data))
    assert picture.format == "PNG"
    assert picture.size == (1200, 630)
    assert len(data) < 100_000
    left, top, right, bottom = find_ink_box(picture)
    assert left >= EDGE - 8
    assert right <= 1200 - EDGE + 8
    assert top >= 40
    assert bottom <= 600


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
        make_card(site="The Lisle Courier"),
    ]
    assert len({each.digest for each in cards}) == len(cards)


def test_there_is_a_line_for_each_outlet_up_to_twelve():
    def lines(outlets):
        row = open_card(make_card(outlets=outlets)).convert("RGB").crop((0, 550, 1200, 551))
        ink = [row.getpixel((x, 0)) == INK for x in range(1200)]
        return sum(is_ink and not was_ink for was_ink, is_ink in zip([False, *ink], ink, strict=False))

    assert [lines(outlets) for outlets in (0, 1, 7, 12, 30)] == [0, 1, 7, 12, 12]


def test_right_to_left_text_starts_at_the_right():
    box = find_ink_box(open_card(make_card("قف", label="", is_rtl=True)).crop((0, 140, 1200, 500)))
    assert box[0] > 600


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
        return fit_text(text, Typeface(SERIF, 104), sizes=range(104, 47, -4), within=1056, height=288, leading=1.12)[
            0
        ].size

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
