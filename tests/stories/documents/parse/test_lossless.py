"""What came in as plain text goes out with the same words, paragraph for paragraph; JSON and Markdown come back exactly."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from stories.documents import AnyDocument
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import UnreadableDocumentError, parse_file
from stories.documents.parse.json import parse_json
from stories.documents.parse.markdown import parse_markdown
from tests.stories.documents.parse.shapes import KNOWN, page_text, story_text

_ENDS = re.compile(r"[.!?…][”\"’')]*$")


def document_of(text: str) -> AnyDocument:
    return parse_file(text.encode(), KNOWN, format="text").imported.document


def words(text: str) -> list[str]:
    return [bare for word in text.split() if (bare := word.lstrip("•")) not in ("", "-", "*")]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: lines, those broken inside a sentence joined."""
    found: list[str] = []
    is_open = False
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if not line or line == "-":
            is_open = False
        elif is_open and line[0].islower():
            found[-1] += f" {line}"
        else:
            found.append(line)
        is_open = bool(line) and not _ENDS.search(line)
    return found


@given(story_text())
def test_a_story_goes_out_with_the_words_that_came_in(text):
    assert words(to_text(document_of(text))) == words(text)


@given(story_text())
def test_a_story_goes_out_paragraph_for_paragraph(text):
    assert paragraphs(to_text(document_of(text))) == paragraphs(text)


@given(page_text())
def test_a_question_page_goes_out_paragraph_for_paragraph(text):
    out = to_text(document_of(text))
    assert words(out) == words(text)
    assert paragraphs(out) == paragraphs(text)


@given(story_text(), st.floats(0, 1))
def test_a_story_that_is_cut_anywhere_keeps_its_words(text, share):
    cut = text[: int(len(text) * share)]
    try:
        document = document_of(cut)
    except UnreadableDocumentError:
        return
    assert words(to_text(document)) == words(cut)


@given(story_text())
def test_a_story_reads_the_same_from_its_own_export(text):
    once = to_text(document_of(text))
    assert to_text(document_of(once)) == once


@given(st.one_of(story_text(), page_text()))
def test_json_comes_back_exactly(text):
    document = document_of(text)
    assert parse_json(to_json(document)).document == document


@given(st.one_of(story_text(), page_text()))
def test_markdown_comes_back_exactly(text):
    document = document_of(text)
    assert parse_markdown(to_markdown(document), KNOWN).document == document


@given(st.text(st.sampled_from("-#\n ab.?\u200f[]*Wht'sapened")))
@example("What's happened\n" + "[" * 20_000)
def test_any_text_under_a_heading_keeps_its_words(text):
    whole = f"What's happened\nThe gate shut.\n\n{text}"
    try:
        document = document_of(whole)
    except UnreadableDocumentError:
        return
    assert words(to_text(document)) == words(whole)
