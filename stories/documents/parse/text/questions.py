"""Find common questions and their answers in a story or on a question page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from stories.documents.parse.text.layout import Item, Paragraph, join_lines
from stories.documents.parse.words.sentences import split_sentences

MAX_QUESTION_LENGTH = 300
_QUESTION_END = re.compile(r"[?؟？][\"'”’»)]*$")
_MAX_QUESTION_LINES = 4


@dataclass(slots=True)
class ParsedQuestion:
    """A question with the paragraphs that answer it."""

    line: int
    question: str
    answer: list[Paragraph] = field(default_factory=list)


def is_question(text: str) -> bool:
    """Return whether a paragraph consists only of questions.

    It must not begin in lower case or have more than ``MAX_QUESTION_LENGTH`` characters.
    """
    if not _QUESTION_END.search(text) or len(text) > MAX_QUESTION_LENGTH or text[0].islower():
        return False
    return all(_QUESTION_END.search(sentence) for sentence in split_sentences(text))


def find_questions(content: Iterable[Paragraph | Item]) -> list[ParsedQuestion]:
    """Return the questions of a part: one for each list item with text, and one for each paragraph of questions.

    An opening paragraph always begins a question. Other paragraphs continue the answer to the question before them.
    Raise UnreadableDocumentError if a paragraph of a list item is too long.
    """
    questions: list[ParsedQuestion] = []
    for block in content:
        if isinstance(block, Item):
            if lines := [line for line in block.lines if line.text]:
                questions.append(_parse_item(block.lines, lines))
        elif is_question(block.text) or not questions:
            questions += _parse_paragraph(block)
        else:
            questions[-1].answer.append(block)
    return questions


def _parse_item(lines: list[Paragraph], nonblank_lines: list[Paragraph]) -> ParsedQuestion:
    first = nonblank_lines[0]
    line_count = 1
    if not _QUESTION_END.search(first.text):
        for count in range(2, min(len(nonblank_lines), _MAX_QUESTION_LINES) + 1):
            if is_question(" ".join(line.text for line in nonblank_lines[:count])):
                line_count = count
                break
    parsed = _parse_paragraph(Paragraph(first.line, " ".join(line.text for line in nonblank_lines[:line_count])))[0]
    parsed.answer += join_lines(lines[lines.index(nonblank_lines[line_count - 1]) + 1 :])
    return parsed


def _parse_paragraph(paragraph: Paragraph) -> list[ParsedQuestion]:
    """Return the question at the beginning of a paragraph; the rest of the paragraph begins the answer."""
    text = paragraph.text
    if len(text) <= MAX_QUESTION_LENGTH and (len(parts := split_sentences(text)) == 1 or is_question(text)):
        return [ParsedQuestion(paragraph.line, text)]
    parts = split_sentences(text[: MAX_QUESTION_LENGTH * 2])
    question = parts[0] if len(parts[0]) <= MAX_QUESTION_LENGTH else text[:MAX_QUESTION_LENGTH].rsplit(" ", 1)[0]
    question = question[:MAX_QUESTION_LENGTH]
    rest = text[len(question) :].strip()
    return [ParsedQuestion(paragraph.line, question, [Paragraph(paragraph.line, rest)] if rest else [])]


def split_introduction(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[ParsedQuestion]]:
    """Return the paragraphs before the first question of a page, and its questions with their answers."""
    introduction: list[Paragraph] = []
    questions: list[ParsedQuestion] = []
    for paragraph in paragraphs:
        if is_question(paragraph.text):
            questions.append(ParsedQuestion(paragraph.line, paragraph.text))
        elif questions:
            questions[-1].answer.append(paragraph)
        else:
            introduction.append(paragraph)
    return introduction, questions
