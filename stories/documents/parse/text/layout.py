"""Analyse the layout of plain text, line by line: its headings, and the paragraphs and list items under each."""

import re
from bisect import bisect
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import accumulate

from stories.documents.parse.headings import DEEPER, PARTS, QUESTIONS, find_part_code, strip_markdown_marks
from stories.documents.parse.notes import UnreadableDocumentError
from stories.documents.parse.words.sentences import ends_sentence

_ITEM = re.compile(r"[-*](?:\s+|$)|•\s*")
LINE_END = re.compile("[\n\u2028\u2029]")
_MAX_PART_LENGTH = 200_000
MAX_PARAGRAPH_LENGTH = 50_000


@dataclass(slots=True)
class Paragraph:
    """A paragraph with its lines joined: the number of its first line, its text, and where each further line begins."""

    line: int
    text: str
    line_starts: tuple[int, ...] = ()

    def line_at(self, position: int) -> int:
        """Return the number of the file's line that contains the character at ``position`` in the text."""
        return self.line + bisect(self.line_starts, position)


@dataclass(slots=True)
class Item:
    """A list item: the line number of its list marker, the marker, and its lines."""

    line: int
    mark: str
    lines: list[Paragraph] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the item, with the lines of each joined.

        Raise UnreadableDocumentError if one is too long.
        """
        return join_lines(self.lines)


@dataclass(slots=True)
class Part:
    """A heading with its code, its text without Markdown, and the content under it in order."""

    code: str
    heading: str
    line: int
    content: list[Paragraph | Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a text: content before the first heading, parts, and the number of the last nonblank line."""

    opening: Part
    parts: list[Part]
    last_line: int


def join_lines(lines: list[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs that ``lines`` form.

    A line continues the paragraph of the previous line, unless the previous line is empty or ends a sentence, or the
    line itself begins with a list marker. Raise UnreadableDocumentError for a paragraph of more than
    ``MAX_PARAGRAPH_LENGTH`` characters.
    """
    groups: list[list[Paragraph]] = []
    open_line = ""
    for line in lines:
        if line.text and (not open_line or ends_sentence(open_line, line.text) or _ITEM.match(line.text)):
            groups.append([line])
        elif line.text:
            groups[-1].append(line)
        open_line = line.text
    paragraphs = [_paragraph(group) for group in groups]
    for paragraph in paragraphs:
        refuse_long_paragraph(paragraph)
    return paragraphs


def _paragraph(lines: list[Paragraph]) -> Paragraph:
    breaks = accumulate(len(line.text) + 1 for line in lines[:-1])
    return Paragraph(lines[0].line, " ".join(line.text for line in lines), tuple(breaks))


def refuse_long_paragraph(paragraph: Paragraph) -> None:
    """Raise UnreadableDocumentError for a paragraph of more than ``MAX_PARAGRAPH_LENGTH`` characters."""
    if len(paragraph.text) > MAX_PARAGRAPH_LENGTH:
        raise UnreadableDocumentError(
            paragraph.line,
            f"This paragraph is longer than {MAX_PARAGRAPH_LENGTH:,} characters. Split it with an empty line.",
        )


def lay_out(text: str, *, headings: Container[str] | None = None) -> Layout:
    """Return the layout of a text with line feeds as line endings.

    If ``headings`` is given, only headings with these codes count. Raise UnreadableDocumentError if a paragraph outside
    list items, or the text under one heading, is too long.
    """
    opening = Part("", "", 1)
    parts: list[Part] = []
    part, item = opening, None
    paragraphs_outside_items: list[Paragraph] = []
    last_line = part_length = 0
    for number, unstripped in enumerate(LINE_END.split(text), start=1):
        line = unstripped.strip()
        last_line = number if line else last_line
        code = find_part_code(line) if line else ""
        if headings is not None and code not in headings:
            code = ""
        part_length += len(line)
        if part_length > _MAX_PART_LENGTH:
            raise UnreadableDocumentError(
                number, f"The text under this heading is longer than {_MAX_PART_LENGTH:,} characters."
            )
        if code and not (item is not None and not item.lines and _may_be_question(code, part.code)):
            part.content += join_lines(paragraphs_outside_items)
            paragraphs_outside_items.clear()
            part, item, part_length = Part(code, strip_markdown_marks(line), number), None, 0
            parts.append(part)
        elif (match := _ITEM.match(line)) and not (item and _is_inner(match[0][0], item)):
            part.content += join_lines(paragraphs_outside_items)
            paragraphs_outside_items.clear()
            item = Item(number, match[0][0])
            part.content.append(item)
            if item_text := line[match.end() :]:
                item.lines.append(Paragraph(number, item_text))
        elif item is not None and _continues_item(item, line, part.code):
            if line or item.lines:
                item.lines.append(Paragraph(number, line))
        else:
            item = None
            paragraphs_outside_items.append(Paragraph(number, line))
    part.content += join_lines(paragraphs_outside_items)
    return Layout(opening, parts, last_line)


def _may_be_question(code: str, part: str) -> bool:
    """Return whether a heading after an empty item may be the text of the item, such as "What happened?"."""
    return part in (DEEPER, QUESTIONS) and code not in PARTS


def _is_inner(mark: str, item: Item) -> bool:
    """Return whether a line with this mark is in a list inside the item. Such a list has a different mark."""
    return mark != item.mark and any(line.text for line in item.lines)


def _continues_item(item: Item, line: str, part: str) -> bool:
    """Return whether a line still belongs to the item."""
    # In prose, an empty line ends an item. Items in questions and topics may have several paragraphs.
    return bool(line) or not item.lines or part in PARTS
