"""Comparing two texts word by word."""

from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.diff.pieces import split_line, split_markdown
from newsroom.text.diff.words import Run, RunGroup, adapt_for_reading, compare_pieces, compare_source, split_sides
from tests.effort import at_most, lines_run
from tests.stories.documents.parse.documents import UID, texts


def test_only_the_words_that_changed_are_marked():
    assert compare_source("It closed in thirty minutes.", "It closed in forty minutes.") == [
        Run("same", "It closed in "),
        Run("gone", "thirty "),
        Run("new", "forty "),
        Run("same", "minutes."),
    ]


def test_successive_changed_words_are_one_run():
    assert compare_source("at three.", "before dawn.") == [
        Run("gone", "at three"),
        Run("new", "before dawn"),
        Run("same", "."),
    ]


def test_a_sentence_added_at_the_end_leaves_the_full_stop_before_it_unchanged():
    assert compare_source("It closed.[@4]", "It closed.[@4] Nobody saw it.") == [
        Run("same", "It closed.[@4]"),
        Run("new", " Nobody saw it."),
    ]


@given(st.text(), st.text())
def test_the_runs_contain_both_texts_completely(old, new):
    runs = compare_source(old, new)
    assert "".join(run.text for run in runs if run.kind != "new") == old
    assert "".join(run.text for run in runs if run.kind != "gone") == new


def test_one_changed_word_is_found_in_a_very_long_text():
    lines = [f"Line {number} of it.\n" for number in range(20_000)]
    old, new = "".join([*lines, "It was three.\n", *lines]), "".join([*lines, "It was four.\n", *lines])
    assert [run.text for run in compare_source(old, new) if run.kind != "same"] == ["three", "four"]


def test_texts_with_too_many_possible_matches_count_as_completely_changed():
    old, new = "a\n" * 50_000 + "c\n", "b\n" + "a\n\n" * 25_000
    assert compare_source(old, new) == [Run("gone", old), Run("new", new)]


def test_the_longest_texts_of_a_few_signs_are_compared_in_seconds():
    old, new = ("".join(f"part {number} {signs}" for number in range(3)) for signs in ("?!!" * 20_000, "!?" * 30_000))
    with at_most(seconds=4):
        compare_source(old, new)


def test_the_start_of_an_added_mark_is_found_in_one_pass():
    def work(count: int) -> int:
        old, new = split_line("x" + '"' * count + " y"), split_line("x" + '"' * (count + 9) + " y")
        return lines_run(lambda: adapt_for_reading(compare_pieces(old, new), old, new))

    assert work(2_000) < 3 * work(1_000)


def compare_sides(old, new, *, as_pieces=split_markdown):
    """Return the old and the new side, each as pairs of kind and words."""
    before, after = as_pieces(old), as_pieces(new)
    sides = split_sides(adapt_for_reading(compare_pieces(before, after), before, after), before, after)
    return tuple([(words.kind, "".join(run.text for run in words.runs)) for words in side] for side in sides)


def test_each_side_has_its_own_words_and_the_common_ones():
    assert compare_sides("It closed in thirty minutes.", "It closed in forty minutes.") == (
        [("same", "It closed in "), ("gone", "thirty"), ("same", " minutes.")],
        [("same", "It closed in "), ("new", "forty"), ("same", " minutes.")],
    )


def test_removed_bold_and_a_changed_link_are_differences():
    before, after = compare_sides(
        "The **gate** is [shut](https://a.example).", "The gate is [shut](https://b.example)."
    )
    assert ("gone", "gate") in before
    assert ("new", "gate") in after
    assert ("gone", "shut") in before
    assert ("new", "shut") in after


def test_a_paragraph_that_became_a_list_item_is_a_difference():
    before, after = compare_sides("One.\n\nTwo.", "One.\n\n- Two.")
    assert [kind for kind, _ in before] == ["same", "gone", "same"]
    assert [kind for kind, _ in after] == ["same", "new", "same"]


def test_an_added_sentence_is_marked_from_its_first_word():
    old = "The sea came. The gate shut."
    assert compare_sides(old, "The sea came. The wind rose. The gate shut.")[1] == [
        ("same", "The sea came. "),
        ("new", "The wind rose."),
        ("same", " The gate shut."),
    ]
    assert compare_sides("The wind rose. The gate shut.", "The sea came. The wind rose. The gate shut.")[1] == [
        ("new", "The sea came."),
        ("same", " The wind rose. The gate shut."),
    ]


def test_an_added_paragraph_is_marked_from_its_beginning():
    old, new = "Same words.\n\nSame words.\n\nEnd.", "Same words.\n\nSame words.\n\nSame words.\n\nEnd."
    (added,) = (words for kind, words in compare_sides(old, new)[1] if kind == "new")
    assert added.strip() == "Same words."
    assert added.startswith("\n\n")


def test_one_word_between_two_rewritten_parts_counts_as_rewritten():
    before, after = compare_sides("nobody ever saw that gate move at night", "all people heard that door shut by day")
    assert [kind for kind, _ in before] == ["gone"]
    assert [kind for kind, _ in after] == ["new"]


def test_a_word_between_two_additions_is_unchanged():
    assert compare_sides("The gate shut.", "The very old gate of the town shut.")[1] == [
        ("same", "The "),
        ("new", "very old"),
        ("same", " gate "),
        ("new", "of the town"),
        ("same", " shut."),
    ]


def test_in_a_long_text_only_words_near_a_change_are_shown():
    old = f"One. {'same ' * 300}end two."
    before, after = compare_sides(old, old.replace("One", "First").replace("two", "last"))
    for side in (before, after):
        changed = side[0][0]
        assert [kind for kind, _ in side] == [changed, "same", "more", "same", changed, "same"]
    pieces = split_markdown(old)
    words = split_sides(adapt_for_reading(compare_pieces(pieces, pieces), pieces, pieces), pieces, pieces)[0]
    assert [each.left_out for each in words] == [303]


def test_the_same_words_are_left_out_on_both_sides():
    old = " ".join(f"word{number}" for number in range(400))
    before, after = compare_sides(old, f"{old} and more")
    assert [kind for kind, _ in before] == ["more", "same"]
    assert [kind for kind, _ in after] == ["more", "same", "new"]
    assert before[1][1].strip() == after[1][1].strip()


@given(texts, texts)
def test_the_sides_contain_both_texts_completely(old, new):
    for text, side in zip((old, new), compare_sides(old, new), strict=True):
        if "more" not in [kind for kind, _ in side]:
            whole = [words for _, words in compare_sides("", text)[1]]
            assert "".join(words for _, words in side) == "".join(whole)


@given(texts, texts)
def test_the_sides_differ_exactly_if_the_pieces_differ(old, new):
    before, after = compare_sides(old, new)
    kinds = {kind for kind, _ in (*before, *after)}
    is_equal = [piece.key for piece in split_markdown(old)] == [piece.key for piece in split_markdown(new)]
    assert (kinds <= {"same", "more"}) == is_equal


def test_marks_and_blocks_have_labels():
    assert Run("new", "shut", ("strong", "link:https://a.example")).marks_label == "bold, link to https://a.example"
    assert Run("new", "shut", (f"link:topic:{UID}",)).marks_label == "link to a topic"
    assert Run("new", "[3]", ("cite:3",)).marks_label == ""
    assert RunGroup("new", (Run("new", "\n• ", ("block", "bullets", "item")),)).block == "list item (in a list)"
    assert RunGroup("new", (Run("new", "\n\n", ("block", "heading 2")),)).block == "heading"
    assert RunGroup("new", (Run("new", "\n\n", ("block", "paragraph")), Run("new", "It"))).block == ""
