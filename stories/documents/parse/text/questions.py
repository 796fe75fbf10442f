"""Split common questions, in a story or on a question page, from the text after them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsroom.text.fold import fold
from stories.documents.parse.text.layout import Item, Paragraph, joined
from stories.documents.parse.words.sentences import sentences

LONGEST_QUESTION = 300
_ASKS = re.compile(r"[?؟？][\"'”’»)]*$")
_MOST_LINES = 4
_NOT_COMPARED = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Asked:
    """A question with the paragraphs that answer it."""

    line: int
    question: str
    answer: list[Paragraph] = field(default_factory=list)


def folded_question(question: str) -> str:
    """Return a question in the form for comparison, without case, accents, marks and extra spaces."""
    return _NOT_COMPARED.sub(" ", fold(question)).strip()


def is_question(text: str) -> bool:
    """Return whether a paragraph is a question of at most 300 characters and nothing else."""
    if not _ASKS.search(text) or len(text) > LONGEST_QUESTION or text[0].islower():
        return False
    return all(_ASKS.search(sentence) for sentence in sentences(text))


def asked_in(content: Iterable[Paragraph | Item]) -> list[Asked]:
    """Return the questions of a part: one for each list item; without items, one for each paragraph that asks."""
    found: list[Asked] = []
    for block in content:
        if isinstance(block, Item):
            if lines := [line for line in block.lines if line.text]:
                found.append(_from_item(block.lines, lines))
        elif is_question(block.text) or not found:
            found += _from_paragraph(block)
        else:
            found[-1].answer.append(block)
    return found


def _from_item(lines: list[Paragraph], said: list[Paragraph]) -> Asked:
    first = said[0]
    last = 1
    if not _ASKS.search(first.text):
        for count in range(2, min(len(said), _MOST_LINES) + 1):
            if is_question(" ".join(line.text for line in said[:count])):
                last = count
                break
    asked = _from_paragraph(Paragraph(first.line, " ".join(line.text for line in said[:last])))[0]
    asked.answer += joined(lines[lines.index(said[last - 1]) + 1 :])
    return asked


def _from_paragraph(paragraph: Paragraph) -> list[Asked]:
    """Return the question at the beginning of a paragraph, with the rest of it as the beginning of the answer."""
    text = paragraph.text
    if len(text) <= LONGEST_QUESTION and (len(parts := sentences(text)) == 1 or is_question(text)):
        return [Asked(paragraph.line, text)]
    parts = sentences(text[: LONGEST_QUESTION * 2])
    question = parts[0] if len(parts[0]) <= LONGEST_QUESTION else text[:LONGEST_QUESTION].rsplit(" ", 1)[0]
    question = question[:LONGEST_QUESTION]
    rest = text[len(question) :].strip()
    return [Asked(paragraph.line, question, [Paragraph(paragraph.line, rest)] if rest else [])]


def pairs(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Asked]]:
    """Return the paragraphs before the first question of a page, and its questions with their answers."""
    introduction: list[Paragraph] = []
    found: list[Asked] = []
    for paragraph in paragraphs:
        if is_question(paragraph.text):
            found.append(Asked(paragraph.line, paragraph.text))
        elif found:
            found[-1].answer.append(paragraph)
        else:
            introduction.append(paragraph)
    return introduction, found
