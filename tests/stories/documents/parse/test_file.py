"""A file is read as what it is, safely, whatever it is called."""

from contextlib import suppress
from uuid import uuid4

import pytest

from stories.documents import Explainer
from stories.documents.export import to_json, to_markdown
from stories.documents.parse import KnownNames, UnreadableDocumentError, index_outlets, parse_file
from tests.effort import at_most, lines_run

TEXT = "What's happened\nThe gate closed.\n"


def story(data: str, **options: str) -> Explainer:
    document = parse_file(data.encode(), KnownNames(), **options).imported.document  # type: ignore[arg-type]
    assert isinstance(document, Explainer)
    return document


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.txt", TEXT, "text"),
        ("", TEXT, "text"),
        ("a.json", to_json(story(TEXT)), "json"),
        ("", to_json(story(TEXT)), "json"),
        ("a.txt", to_json(story(TEXT)), "json"),
        ("a.MD", "# A\n\n## What happened\n\nIt closed.\n", "markdown"),
        ("", to_markdown(story(TEXT)), "markdown"),
        ("a.txt", "# A\n\n## What’s happened\n\nIt closed.\n", "markdown"),
    ],
)
def test_the_format_is_found_out(name, data, format):
    assert parse_file(data.encode(), KnownNames(), name=name).format == format


def test_a_format_that_is_given_counts():
    with pytest.raises(UnreadableDocumentError, match="not JSON"):
        parse_file(TEXT.encode(), KnownNames(), format="json")


def test_a_headline_that_is_given_is_confirmed_and_its_note_gone():
    read = parse_file(TEXT.encode(), KnownNames(), headline=" Why the  gate closed ")
    assert isinstance(read.imported.document, Explainer)
    assert read.imported.document.headline == "Why the gate closed"
    assert read.imported.document.headline_confirmed
    assert read.imported.notes == ()


def test_a_headline_that_is_too_long_is_refused():
    with pytest.raises(UnreadableDocumentError, match="longer than 300"):
        parse_file(TEXT.encode(), KnownNames(), headline="x" * 301)


def test_twenty_thousand_brackets_are_only_brackets():
    document = story(f"What's happened\n{'[' * 20_000}.\n")
    assert document.sections[0].text.replace("\\", "") == "[" * 20_000 + "."


def test_a_part_without_end_is_refused_with_its_line():
    with pytest.raises(UnreadableDocumentError, match="200,000 characters") as refused:
        story("What's happened\nIt closed.\n" + "Word " * 50_000)
    assert refused.value.line == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What's happened\nIt closed.\n\n" + "Word\n" * 20_000, 4),
        ("What's happened\n- It closed.\n- " + "Word " * 20_000, 3),
        ("## What’s happened\n\n## What the papers say\n\nReuters says so.\n\n" + "Word\n" * 20_000, 7),
    ],
)
def test_a_paragraph_without_end_is_refused_with_its_line(text, line):
    with pytest.raises(UnreadableDocumentError, match="50,000 characters") as refused:
        story(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "coverage",
    ["U.S. Courier. ", "U.S. U.S. Courier U.S. ", "The Courier says so. ", "U.S. ", "J. K. Roe ", "In the U.S. 1. "],
)
def test_coverage_of_abbreviations_takes_time_in_proportion_to_its_length(coverage):
    known = KnownNames(outlets=index_outlets([(uuid4(), "The Courier", [])]))
    paragraphs = "\n\n".join([coverage * (4_000 // len(coverage))] * 48)
    with at_most(seconds=60), suppress(UnreadableDocumentError):
        parse_file(f"What's happened\nIt closed.\nWhat the papers say\n{paragraphs}".encode(), known)


def test_too_many_passages_are_refused_with_the_line_of_the_first_too_many():
    with pytest.raises(UnreadableDocumentError, match="1,000 passages") as refused:
        story("What's happened\nIt closed.\nWhat the papers say\n" + "Reuters says so.\n\n" * 5_000)
    assert 4 + 2 * 1_000 < refused.value.line < 4 + 2 * 1_010


def test_a_name_that_json_gives_twice_is_found_among_many():
    names = ",".join(f'"{number}":0' for number in range(150_000))
    with at_most(seconds=10), pytest.raises(UnreadableDocumentError, match="“149999” is given twice"):
        parse_file(f'{{{names},"149999":0}}'.encode(), KnownNames())


def test_thousands_of_passages_in_markdown_take_time_in_proportion_to_their_number():
    def take(count: int) -> None:
        front = "kind: story\nsections:\n- {kind: papers}\npassages:\n" + "- {a: b}\n" * count
        with pytest.raises(UnreadableDocumentError):
            story(f"---\n{front}---\n# A\n## B\n" + "### C\n" * count)

    assert lines_run(lambda: take(2_000)) < 2.5 * lines_run(lambda: take(1_000))


def test_too_many_questions_are_refused():
    asked = "".join(f"-\nWhy is {number} so?\nIt is.\n" for number in range(101))
    with pytest.raises(UnreadableDocumentError, match="at most 100"):
        story(f"Common questions\n{asked}")


def test_a_file_with_more_marks_than_a_page_can_hold_is_refused():
    text = "What’s happened\n" + "[a " * 15_000 + ".\n\nHow we got here\n" + "[b " * 15_000 + ".\n"
    with pytest.raises(UnreadableDocumentError, match="more than 25,000 lines, brackets"):
        parse_file(text.encode(), KnownNames(), format="text")
