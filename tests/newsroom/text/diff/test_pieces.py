"""Splitting Markdown into pieces for comparison."""

from hypothesis import given

from newsroom.text.diff.pieces import split_line, split_markdown
from tests.stories.documents.parse.documents import texts


def words_of(source):
    return [piece.words for piece in split_markdown(source) if not piece.begins_block]


def marks_of(source, words):
    return next(piece.marks for piece in split_markdown(source) if piece.words == words)


def blocks_of(source):
    return [piece.marks[1:] for piece in split_markdown(source) if piece.begins_block]


def keys_of(source):
    return [piece.key for piece in split_markdown(source)]


def test_white_space_and_unicode_normalisation_make_no_difference():
    assert keys_of("The  café\nis shut.") == keys_of("The cafe\u0301 is\u00a0shut.")


def test_invisible_characters_make_no_difference():
    assert keys_of("The pi\u00ader is\u200b shut.\ufeff") == keys_of("The pier is shut.")


def test_a_missing_space_makes_a_difference():
    assert keys_of("It closed. Nobody saw it.") != keys_of("It closed.Nobody saw it.")


def test_numbers_names_and_compounds_are_one_piece_and_punctuation_is_separate():
    assert words_of("Lena’s well-known 1,200.50 at 07:00, 50%.") == [
        "Lena’s", "well-known", "1,200.50", "at", "07:00", ",", "50", "%", ".",
    ]  # fmt: skip


def test_words_have_the_marks_around_them():
    source = 'A **bold** and *leaning* word, a ~~struck~~ one, `code` and [a link](https://a.example "Title").'
    assert marks_of(source, "bold") == ("strong",)
    assert marks_of(source, "leaning") == ("emphasis",)
    assert marks_of(source, "struck") == ("struck",)
    assert marks_of(source, "code") == ("code",)
    assert marks_of(source, "link") == ("link:https://a.example “Title”",)


def test_citations_and_pictures_are_marked_with_their_targets():
    assert marks_of("It closed.[@3]", "[@3]") == ("cite:3",)
    assert marks_of("![The pier](picture:1)", "The pier") == ("picture:picture:1",)


def test_a_citation_shows_the_number_for_readers_and_is_compared_by_its_own_number():
    (shown,) = (piece.shown for piece in split_markdown("[@3]", {3: 1}) if piece.words)
    assert shown == "[1]"
    assert [piece.key for piece in split_markdown("[@3]", {3: 1})] == keys_of("[@3]")


def test_notes_are_marked_and_come_last():
    source = "It closed.[^a]\n\n[^a]: Or so they say."
    assert marks_of(source, "[^a]") == ("note",)
    assert blocks_of(source) == [("paragraph",), ("note", "paragraph")]


def test_each_block_has_its_kind_and_its_enclosing_blocks():
    assert blocks_of("## Title\n\nWords\n\n> Quoted\n\n---\n\n```py\nx = 1\ny\n```") == [
        ("heading 2",),
        ("paragraph",),
        ("quote", "paragraph"),
        ("rule",),
        ("code py",),
        ("line",),
    ]


def test_lists_keep_their_structure():
    assert blocks_of("- one\n- two\n\n  more\n  1. three\n\n3. four") == [
        ("bullets", "item"),
        ("bullets", "item"),
        ("bullets", "paragraph"),
        ("bullets", "numbers", "item"),
        ("numbers from 3", "item"),
    ]
    assert (
        "".join(piece.shown for piece in split_markdown("- one\n- two\n\n3. four\n4. five"))
        == "\n• one\n• two\n3. four\n4. five"
    )


def test_an_empty_list_item_is_a_block():
    assert blocks_of("-\n- two") == [("bullets", "item"), ("bullets", "item")]


def test_tables_have_rows_and_cells():
    assert blocks_of("|a|b|\n|-|-|\n|c|d|") == [("row cell heading",), ("cell heading",), ("row cell",), ("cell",)]


def test_a_hard_line_break_begins_a_line():
    assert blocks_of("one  \ntwo") == [("paragraph",), ("line",)]


def test_scripts_without_spaces_are_compared_character_by_character():
    assert words_of("水が来た") == ["水", "が", "来", "た"]


def test_vowel_signs_and_joiners_are_part_of_words():
    assert words_of("हिन्दी می‌رود") == ["हिन्दी", "می‌رود"]


def test_plain_text_has_no_marks():
    assert [piece.words for piece in split_line("Why **not**?")] == ["Why", "*", "*", "not", "*", "*", "?"]


@given(texts)
def test_any_text_can_be_split(source):
    for piece in split_markdown(source):
        assert piece.begins_block == (not piece.words and piece.marks[0] == "block") or piece.marks
