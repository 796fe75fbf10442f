"""Export as plain text, in the format that imports read or in another format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import SECTION_KINDS, Answer, AnyDocument, Claim, Explainer, Passage, QuestionPage
from stories.documents.claim_lines import LineFormat, plain_lines, write_cell, write_title
from stories.documents.days import describe_validity
from stories.documents.forecast_lines import write_forecast
from stories.documents.headings import (
    AGREEMENT,
    COULD_ANSWER,
    FIGURES,
    FORECASTS,
    MISSING,
    SHORT_ANSWER,
    TOPICS,
    usual_heading,
)
from stories.documents.key_figures import write_item
from stories.documents.question_lines import describe_state, write_line

_LIST = re.compile(r"- \S")


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A plain-text format: how to convert Markdown to plain text, and how to mark and separate list items."""

    to_plain_text: Callable[[str, str], str]
    format_item: Callable[[str], str]
    item_separator: str


IMPORT_FORMAT = TextFormat(lambda markdown, convention: plain_text(markdown), "-\n{}".format, "\n\n")
# A note on a point is inside a list item, where an import would read each item of a list as the next point.
_NOTE_FORMAT = TextFormat(
    lambda markdown, convention: "\n\n".join(filter(None, plain_text(markdown).split("\n"))), str, "\n\n"
)


def to_text(document: AnyDocument) -> str:
    """Return the document as plain text in the import format, without markup and with headings on their own lines.

    The headline or question is left out, because texts in this format do not have one.
    """
    if isinstance(document, Explainer):
        return "".join(f"{part}\n" for part in _iter_story(document) if part)
    return "\n".join(f"{part}\n" for part in _iter_question_page(document) if part)


def iter_sections(story: Explainer, text_format: TextFormat) -> Iterator[tuple[str, str]]:
    """Yield the heading and the text of each section.

    The text of the *papers* section consists of the passages. Without this section, they come last, with an empty
    heading.
    """
    for section in story.sections:
        heading = section.heading or usual_heading(section.kind, story.language)
        convention = SECTION_KINDS[section.kind].convention
        is_papers = section.kind == "papers"
        yield (
            heading,
            _join_passages(story.passages, text_format)
            if is_papers
            else markdown_to_text(section.text, text_format, convention),
        )
    if not any(section.kind == "papers" for section in story.sections):
        yield "", _join_passages(story.passages, text_format)


def markdown_to_text(markdown: str, text_format: TextFormat, convention: str = "") -> str:
    """Return Markdown as paragraphs separated by blank lines, with list items in the format ``text_format``.

    ``convention`` is the list convention of a section kind.
    """
    if not _LIST.search(markdown):
        return text_format.to_plain_text(markdown, convention)
    text = ""
    was_item = False
    for block in _iter_list_blocks(markdown):
        is_item = _LIST.match(block) is not None
        if words := text_format.to_plain_text(block, convention):
            separator = (text_format.item_separator if was_item and is_item else "\n\n") if text else ""
            text += separator + (text_format.format_item(words) if is_item else words)
            was_item = is_item
    return text


def _iter_story(story: Explainer) -> Iterator[str]:
    yield markdown_to_text(story.standfirst, IMPORT_FORMAT)
    for section in iter_sections(story, IMPORT_FORMAT):
        yield from section
    if story.claims:
        yield usual_heading(AGREEMENT, story.language)
    for claim in story.claims:
        yield IMPORT_FORMAT.format_item(write_claim(claim, plain_lines(story.language), _NOTE_FORMAT))
    if story.figures:
        yield usual_heading(FIGURES, story.language)
    for figure in story.figures:
        yield IMPORT_FORMAT.format_item(write_item(figure, story.language))
    if story.forecasts:
        yield usual_heading(FORECASTS, story.language)
    for forecast in story.forecasts:
        outcome = markdown_to_text(forecast.outcome, IMPORT_FORMAT)
        written = write_forecast(forecast, plain_lines(story.language), outcome=outcome)
        yield IMPORT_FORMAT.format_item("\n".join(written))
    headings = story.headings
    if story.questions or story.topics or story.cut_off:
        yield headings.deeper
    if story.questions or story.cut_off:
        yield headings.questions
    for question in story.questions:
        yield IMPORT_FORMAT.format_item(
            _join_lines(_collapse_white_space(question.question), markdown_to_text(question.teaser, IMPORT_FORMAT))
        )
    if story.topics or story.cut_off:
        yield headings.topics
    for topic in story.topics:
        yield IMPORT_FORMAT.format_item(
            markdown_to_text(topic.description, IMPORT_FORMAT) or _collapse_white_space(topic.name)
        )


def write_claim(claim: Claim, lines: LineFormat, text_format: TextFormat) -> str:
    """Return a point with a line for each outlet and, after an empty line, the note on the point."""
    cells = (write_cell(cell, lines) for cell in claim.cells)
    note = markdown_to_text(claim.note, text_format)
    return _join_lines(write_title(claim, lines), *cells) + (f"\n\n{note}" if note else "")


def iter_facts(page: QuestionPage, text_format: TextFormat) -> Iterator[str]:
    """Yield the state of a question, what would answer it, who could, and its short answer, each if there is one.

    The short answer is “In short: … (as of 13 November 2026)”. All are in the page's language.
    """
    yield describe_state(page)
    yield write_line(MISSING, markdown_to_text(page.missing, text_format), page.language)
    yield write_line(COULD_ANSWER, page.could_answer, page.language)
    if words := write_line(SHORT_ANSWER, markdown_to_text(page.short_answer, text_format), page.language):
        yield _join_words(
            words, describe_validity(page.short_answer_as_of, page.short_answer_expires_on, page.language)
        )


def describe_answer(answer: Answer, language: str) -> str:
    """Return the state and the dates of an answer in brackets, or an empty string for one with neither state nor end."""
    # The format without states and ends has no dates of answers, and texts in it stay as they are.
    if not (answer.state or answer.expires_on):
        return ""
    return describe_validity(answer.as_of, answer.expires_on, language, state=answer.state)


def _iter_question_page(page: QuestionPage) -> Iterator[str]:
    yield from iter_facts(page, IMPORT_FORMAT)
    yield markdown_to_text(page.introduction, IMPORT_FORMAT)
    for answer in page.answers:
        yield _join_lines(
            _collapse_white_space(answer.question),
            markdown_to_text(answer.text, IMPORT_FORMAT),
            describe_answer(answer, page.language),
        )
    if page.topics:
        yield usual_heading(TOPICS, page.language)
    for topic in page.topics:
        yield IMPORT_FORMAT.format_item(
            markdown_to_text(topic.description, IMPORT_FORMAT) or _collapse_white_space(topic.name)
        )


def _join_passages(passages: tuple[Passage, ...], text_format: TextFormat) -> str:
    """Return the text of the passages, grouped into the paragraphs in which they were imported."""
    paragraphs: list[str] = []
    for passage in passages:
        words = markdown_to_text(passage.text, text_format)
        if paragraphs and not passage.opens_paragraph:
            paragraphs[-1] = f"{paragraphs[-1]} {words}"
        else:
            paragraphs.append(words)
    return "\n\n".join(paragraphs)


def _iter_list_blocks(markdown: str) -> Iterator[str]:
    """Yield each list item with the indented lines below it, and the texts before, between and after the items."""
    lines: list[str] = []
    is_item = False
    for line in markdown.split("\n"):
        begins_item = _LIST.match(line) is not None
        if lines and (begins_item or (is_item and line and not line.startswith(" "))):
            yield "\n".join(lines)
            lines = []
        if begins_item or not lines:
            is_item = begins_item
        lines.append(line)
    yield "\n".join(lines)


def _collapse_white_space(line: str) -> str:
    return " ".join(line.split())


def _join_lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _join_words(*parts: str) -> str:
    return " ".join(part for part in parts if part)
