"""Parsing files: detection of the format, options, and limits."""

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
def test_the_format_is_detected(name, data, format):
    assert parse_file(data.encode(), KnownNames(), name=name).format == format


def test_a_given_format_overrides_detection():
    with pytest.raises(UnreadableDocumentError, match="not JSON"):
        parse_file(TEXT.encode(), KnownNames(), format="json")


def test_a_given_headline_is_confirmed_and_its_note_is_dropped():
    file = parse_file(TEXT.encode(), KnownNames(), headline=" Why the  gate closed ")
    assert isinstance(file.imported.document, Explainer)
    assert file.imported.document.headline == "Why the gate closed"
    assert file.imported.document.headline_confirmed
    assert file.imported.notes == ()


def test_an_overlong_headline_is_refused():
    with pytest.raises(UnreadableDocumentError, match="longer than 300"):
        parse_file(TEXT.encode(), KnownNames(), headline="x" * 301)


@pytest.mark.parametrize("words", ["The Lisbon paper", "The latest paper", "The newspaper", "Its report"])
def test_coverage_that_consists_of_a_subject_alone_is_kept(words):
    document = story(f"What's happened\nIt closed.\nWhat the papers say\n{words}\n")
    assert words in [passage.text for passage in document.passages]


def test_twenty_thousand_brackets_are_parsed_as_text():
    document = story(f"What's happened\n{'[' * 20_000}.\n")
    assert document.sections[0].text.replace("\\", "") == "[" * 20_000 + "."


def test_an_overlong_part_is_refused_with_its_line():
    with pytest.raises(UnreadableDocumentError, match="200,000 characters") as error:
        story("What's happened\nIt closed.\n" + "Word " * 50_000)
    assert error.value.line == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What's happened\nIt closed.\n\n" + "Word\n" * 20_000, 4),
        ("What's happened\n- It closed.\n- " + "Word " * 20_000, 3),
        ("## What’s happened\n\n## What the papers say\n\nReuters says so.\n\n" + "Word\n" * 20_000, 7),
    ],
)
def test_an_overlong_paragraph_is_refused_with_its_line(text, line):
    with pytest.raises(UnreadableDocumentError, match="50,000 characters") as error:
        story(text)
    assert error.value.line == line


@pytest.mark.parametrize(
    "coverage",
    ["U.S. Courier. ", "U.S. U.S. Courier U.S. ", "The Courier says so. ", "U.S. ", "J. K. Roe ", "In the U.S. 1. "],
)
@pytest.mark.audit
def test_coverage_with_many_abbreviations_is_parsed_or_refused_within_seconds(coverage):
    known = KnownNames(outlets=index_outlets([(uuid4(), "The Courier", [])]))
    paragraphs = "\n\n".join([coverage * (4_000 // len(coverage))] * 48)
    with at_most(seconds=15), suppress(UnreadableDocumentError):
        parse_file(f"What's happened\nIt closed.\nWhat the papers say\n{paragraphs}".encode(), known)


@pytest.mark.parametrize(
    ("text", "line"),
    [(f"{TEXT}What the papers say\nReuters says so.\n", 4), ("# A\n\n## What happened\n\nIt closed.\n", 1)],
)
def test_a_text_that_takes_too_long_is_refused_with_the_line(text, line):
    parse_file(text.encode(), KnownNames())
    with pytest.raises(UnreadableDocumentError, match="takes longer than 0 seconds to read") as error:
        parse_file(text.encode(), KnownNames(), max_seconds=0)
    assert error.value.line == line


def test_a_json_file_that_takes_too_long_is_refused():
    with pytest.raises(UnreadableDocumentError, match="takes longer than 0 seconds"):
        parse_file(to_json(story(TEXT)).encode(), KnownNames(), max_seconds=0)


def test_too_many_passages_are_refused_with_the_line_of_the_first_excess_one():
    with pytest.raises(UnreadableDocumentError, match="1,000 passages") as error:
        story("What's happened\nIt closed.\nWhat the papers say\n" + "Reuters says so.\n\n" * 5_000)
    assert 4 + 2 * 1_000 < error.value.line < 4 + 2 * 1_010


def test_a_duplicate_json_name_is_found_among_many():
    names = ",".join(f'"{number}":0' for number in range(150_000))
    with at_most(seconds=10), pytest.raises(UnreadableDocumentError, match="“149999” is given twice"):
        parse_file(f'{{{names},"149999":0}}'.encode(), KnownNames())


def test_thousands_of_markdown_passages_are_parsed_in_linear_time():
    def parse(count: int) -> None:
        front_matter = "kind: story\nsections:\n- {kind: papers}\npassages:\n" + "- {a: b}\n" * count
        with pytest.raises(UnreadableDocumentError):
            story(f"---\n{front_matter}---\n# A\n## B\n" + "### C\n" * count)

    assert lines_run(lambda: parse(2_000)) < 2.5 * lines_run(lambda: parse(1_000))


def test_too_many_questions_are_refused():
    questions = "".join(f"-\nWhy is {number} so?\nIt is.\n" for number in range(101))
    with pytest.raises(UnreadableDocumentError, match="at most 100"):
        story(f"Common questions\n{questions}")


def test_a_file_with_too_many_marks_is_refused():
    text = "What’s happened\n" + "[a " * 15_000 + ".\n\nHow we got here\n" + "[b " * 15_000 + ".\n"
    with pytest.raises(UnreadableDocumentError, match="more than 25,000 lines, brackets"):
        parse_file(text.encode(), KnownNames(), format="text")
