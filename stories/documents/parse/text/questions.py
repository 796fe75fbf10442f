"""Split common questions, in a story or on a question page, from the text after them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsroom.text.fold import fold
from stories.documents.parse.text.layout import Item, Paragraph, join_lines
from stories.documents.parse.words.sentences import split_sentences

MAX_QUESTION_LENGTH = 300
_ASKS = re.compile(r"[?؟？][\"'”’»)]*$")
_MOST_LINES = 4
_NOT_COMPARED = re.compile(r"[\W_]+")


@dataclass(slots=True)
class ParsedQuestion:
    """A question with the paragraphs that answer it."""

    line: int
    question: str
    answer: list[Paragraph] = field(default_factory=list)


def fold_question(question: str) -> str:
    """Return a question in the form for comparison, without case, accents, marks and extra spaces."""
    return _NOT_COMPARED.sub(" ", fold(question)).strip()


def is_question(text: str) -> bool:
    """Return whether a paragraph is a question of at most 300 characters and nothing else."""
    if not _ASKS.search(text) or len(text) > MAX_QUESTION_LENGTH or text[0].islower():
        return False
    return all(_ASKS.search(sentence) for sentence in split_sentences(text))


def find_questions(content: Iterable[Paragraph | Item]) -> list[ParsedQuestion]:
    """Return the questions of a part: one for each list item; without items, one for each paragraph that asks."""
    found: list[ParsedQuestion] = []
    for block in content:
        if isinstance(block, Item):
            if lines := [line for line in block.lines if line.text]:
                found.append(_from_item(block.lines, lines))
        elif is_question(block.text) or not found:
            found += _from_paragraph(block)
        else:
            found[-1].answer.append(block)
    return found


def _from_item(lines: list[Paragraph], said: list[Paragraph]) -> ParsedQuestion:
    first = said[0]
    last = 1
    if not _ASKS.search(first.text):
        for count in range(2, min(len(said), _MOST_LINES) + 1):
            if is_question(" ".join(line.text for line in said[:count])):
                last = count
                break
    asked = _from_paragraph(Paragraph(first.line, " ".join(line.text for line in said[:last])))[0]
    asked.answer += join_lines(lines[lines.index(said[last - 1]) + 1 :])
    return asked


def _from_paragraph(paragraph: Paragraph) -> list[ParsedQuestion]:
    """Return the question at the beginning of a paragraph, with the rest of it as the beginning of the answer."""
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
    found: list[ParsedQuestion] = []
    for paragraph in paragraphs:
        if is_question(paragraph.text):
            found.append(ParsedQuestion(paragraph.line, paragraph.text))
        elif found:
            found[-1].answer.append(paragraph)
        else:
            introduction.append(paragraph)
    return introduction, found
