"""Round trips: plain text keeps its words and paragraphs; JSON and Markdown restore the document exactly."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from stories.documents import AnyDocument
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import UnreadableDocumentError, parse_file
from stories.documents.parse.json import parse_json
from stories.documents.parse.markdown import parse_markdown
from tests.stories.documents.parse.text_strategies import KNOWN, question_page_text, story_text

_ENDS = re.compile(r"[.!?…][”\"’')]*$")


def parse_text(text: str) -> AnyDocument:
    return parse_file(text.encode(), KNOWN, format="text").imported.document


def words(text: str) -> list[str]:
    return [word_without_mark for word in text.split() if (word_without_mark := word.lstrip("•")) not in ("", "-", "*")]


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text. Lines that belong to the same sentence are joined."""
    result: list[str] = []
    is_open = False
    for unstripped in text.splitlines():
        line = " ".join(unstripped.split())
        if not line or line == "-":
            is_open = False
        elif is_open and line[0].islower():
            result[-1] += f" {line}"
        else:
            result.append(line)
        is_open = bool(line) and not _ENDS.search(line)
    return result


@given(story_text())
def test_a_story_is_exported_with_the_imported_words(text):
    assert words(to_text(parse_text(text))) == words(text)


@given(story_text())
def test_a_story_is_exported_with_the_imported_paragraphs(text):
    assert paragraphs(to_text(parse_text(text))) == paragraphs(text)


@given(question_page_text())
def test_a_question_page_is_exported_with_the_imported_paragraphs(text):
    exported = to_text(parse_text(text))
    assert words(exported) == words(text)
    assert paragraphs(exported) == paragraphs(text)


@given(story_text(), st.floats(0, 1))
def test_a_truncated_story_keeps_its_words(text, share):
    cut = text[: int(len(text) * share)]
    try:
        document = parse_text(cut)
    except UnreadableDocumentError:
        return
    assert words(to_text(document)) == words(cut)


@given(story_text())
def test_a_second_export_equals_the_first(text):
    exported = to_text(parse_text(text))
    assert to_text(parse_text(exported)) == exported


@given(st.one_of(story_text(), question_page_text()))
def test_json_round_trips_exactly(text):
    document = parse_text(text)
    assert parse_json(to_json(document)).document == document


@given(st.one_of(story_text(), question_page_text()))
def test_markdown_round_trips_exactly(text):
    document = parse_text(text)
    assert parse_markdown(to_markdown(document), KNOWN).document == document


@given(st.text(st.sampled_from("-#\n ab.?\u200f[]*Wht'sapened")))
@example("What's happened\n" + "[" * 20_000)
def test_any_text_under_a_heading_keeps_its_words(text):
    whole = f"What's happened\nThe gate shut.\n\n{text}"
    try:
        document = parse_text(whole)
    except UnreadableDocumentError:
        return
    assert words(to_text(document)) == words(whole)
