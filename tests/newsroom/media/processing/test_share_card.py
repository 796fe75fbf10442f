"""Share pictures: of one size, light, and whole whatever the headline is."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from newsroom.media.processing import text_layout
from newsroom.media.processing.share_card import INK, PAPER, ShareCard, draw_card
from newsroom.media.processing.text_layout import SANS, SERIF, Typeface, drawable, fit_text

HEADLINE = "Why the north pier of Port Lisle is closed to lorries"
ARABIC = "لماذا أغلق ميناء تلمار ثلاثة أسابيع"
EDGE = 72


def shown(card):
    return Image.open(BytesIO(draw_card(card)))


def card(headline=HEADLINE, **fields):
    return ShareCard(**{"site": "Newsroom", "label": "North pier", "headline": headline, **fields})


def inked(picture):
    """Return the box of all that is not paper."""
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
@pytest.mark.parametrize("from_right", [False, True])
def test_whatever_the_headline_the_picture_is_whole_and_light(headline, from_right):
    data = draw_card(card(headline, note="6 outlets", outlets=6, is_rtl=from_right))
    picture = Image.open(BytesIO(data))
    assert picture.format == "PNG"
    assert picture.size == (1200, 630)
    assert len(data) < 100_000
    left, top, right, bottom = inked(picture)
    assert left >= EDGE - 8
    assert right <= 1200 - EDGE + 8
    assert top >= 40
    assert bottom <= 600


def test_the_same_words_make_the_same_bytes():
    assert draw_card(card()) == draw_card(card())


def test_every_difference_that_shows_gives_another_name():
    cards = [
        card(),
        card("Another headline"),
        card(label="Port Lisle"),
        card(note="3 outlets"),
        card(outlets=3),
        card(is_rtl=True),
        card(site="The Lisle Courier"),
    ]
    assert len({each.digest for each in cards}) == len(cards)


def test_there_is_a_line_for_each_outlet_and_never_more_than_twelve():
    def lines(outlets):
        row = shown(card(outlets=outlets)).convert("RGB").crop((0, 550, 1200, 551))
        ink = [row.getpixel((across, 0)) == INK for across in range(1200)]
        return sum(here and not before for before, here in zip([False, *ink], ink, strict=False))

    assert [lines(outlets) for outlets in (0, 1, 7, 12, 30)] == [0, 1, 7, 12, 12]


def test_from_the_right_everything_begins_there():
    box = inked(shown(card("قف", label="", is_rtl=True)).crop((0, 140, 1200, 500)))
    assert box[0] > 600


def test_arabic_letters_are_joined_or_not_drawn():
    letters = Typeface(SERIF, 60, is_rtl=True)
    word = drawable("تلمار", letters)
    assert letters.width(word) < sum(letters.width(letter) for letter in word) or word == ""


def test_without_what_joins_letters_no_arabic_is_drawn(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", False)
    letters = Typeface(SERIF, 60, is_rtl=True)
    assert drawable(ARABIC, letters) == ""
    assert drawable(HEADLINE, letters) == HEADLINE
    assert letters.width(HEADLINE) > 0


def test_what_no_font_of_ours_holds_is_left_out():
    assert drawable("Why 🚢 ships  wait", Typeface(SERIF, 60)) == "Why ships wait"


def test_where_most_of_it_would_be_left_out_nothing_is_drawn():
    assert drawable("港の橋が pier", Typeface(SANS, 60)) == ""


def test_accents_apart_from_their_letters_are_put_together():
    assert drawable("Zu\u0308rich", Typeface(SERIF, 60)) == "Zürich"


def test_a_short_headline_is_set_larger_than_a_long_one():
    def size(text):
        return fit_text(text, Typeface(SERIF, 104), sizes=range(104, 47, -4), within=1056, height=288, leading=1.12)[
            0
        ].size

    assert size("The pier is shut") > size(HEADLINE) > size(f"{HEADLINE} and {HEADLINE}")


def test_lines_are_as_even_as_they_can_be():
    letters = Typeface(SERIF, 60)
    widths = [letters.width(line) for line in letters.balance_lines(HEADLINE, within=1056)]
    assert len(widths) == 2
    assert max(widths) < 1.3 * min(widths)


def test_what_does_not_fit_is_cut_with_an_ellipsis():
    letters = Typeface(SERIF, 48)
    lines = letters.truncate("word " * 300, within=1056, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(letters.width(line) <= 1056 for line in lines)


def test_words_of_two_directions_keep_their_own():
    letters = Typeface(SERIF, 60, is_rtl=True)
    runs = [run.text for run in text_layout._as_seen(letters._runs("ميناء Port Lisle 2026"), is_rtl=True)]
    assert runs == (["Port Lisle 2026", " ", "ميناء"] if text_layout.SHAPES_ARABIC else ["Port Lisle 2026"])
