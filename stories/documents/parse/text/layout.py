"""Lay out plain text: its headings, and the paragraphs and list items under each, with their lines."""

import re
from bisect import bisect
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import accumulate

from stories.documents.parse.headings import DEEPER, PARTS, QUESTIONS, find_part_code, strip_marks
from stories.documents.parse.notes import UnreadableDocumentError
from stories.documents.parse.words.sentences import ends_sentence

_ITEM = re.compile(r"[-*](?:\s+|$)|•\s*")
LINE_END = re.compile("[\n\u2028\u2029]")
_LONGEST_PART = 200_000
MAX_PARAGRAPH_LENGTH = 50_000


@dataclass(slots=True)
class Paragraph:
    """A paragraph whose broken lines are joined: its first line, its text, and the positions of further lines."""

    line: int
    text: str
    line_starts: tuple[int, ...] = ()

    def line_at(self, place: int) -> int:
        """Return the line of the file with the character at ``place`` of the text."""
        return self.line + bisect(self.line_starts, place)


@dataclass(slots=True)
class Item:
    """A list item: the line of its mark, the mark, and its lines."""

    line: int
    mark: str
    lines: list[Paragraph] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the item, with broken lines joined."""
        return join_lines(self.lines)


@dataclass(slots=True)
class Part:
    """The code of a heading's kind, the heading as typed, and the content under it in order."""

    code: str
    heading: str
    line: int
    content: list[Paragraph | Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a whole text: the content before the first heading, the parts, and the last line with text."""

    opening: Part
    parts: list[Part]
    last_line: int


def join_lines(lines: list[Paragraph]) -> list[Paragraph]:
    """Join lines that were broken within a sentence; an empty line always ends a paragraph.

    Raise UnreadableDocumentError for a paragraph of more than 50,000 characters.
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
    """Raise UnreadableDocumentError for a paragraph of more than 50,000 characters."""
    if len(paragraph.text) > MAX_PARAGRAPH_LENGTH:
        raise UnreadableDocumentError(
            paragraph.line,
            f"The paragraph that begins here has more than {MAX_PARAGRAPH_LENGTH:,} characters. Part it by an empty line.",
        )


def lay_out(text: str, *, headings: Container[str] | None = None) -> Layout:
    """Return the layout of a whole text whose lines end with line feeds.

    Only headings with a code in ``headings`` count, unless it is None. Raise UnreadableDocumentError for a paragraph of
    more than 50,000 characters, and for more than 200,000 characters under one heading.
    """
    opening = Part("", "", 1)
    parts: list[Part] = []
    part, item = opening, None
    loose: list[Paragraph] = []
    last_line = size = 0
    for number, raw in enumerate(LINE_END.split(text), start=1):
        line = raw.strip()
        last_line = number if line else last_line
        code = find_part_code(line) if line else ""
        if headings is not None and code not in headings:
            code = ""
        size += len(line)
        if size > _LONGEST_PART:
            raise UnreadableDocumentError(
                number, f"There is more under one heading here than {_LONGEST_PART:,} characters."
            )
        if code and not (item is not None and not item.lines and _may_be_question(code, part.code)):
            part.content += join_lines(loose)
            loose.clear()
            part, item, size = Part(code, strip_marks(line), number), None, 0
            parts.append(part)
        elif (match := _ITEM.match(line)) and not (item and _is_inner(match[0][0], item)):
            part.content += join_lines(loose)
            loose.clear()
            item = Item(number, match[0][0])
            part.content.append(item)
            if rest := line[match.end() :]:
                item.lines.append(Paragraph(number, rest))
        elif item is not None and _item_goes_on(item, line, part.code):
            if line or item.lines:
                item.lines.append(Paragraph(number, line))
        else:
            item = None
            loose.append(Paragraph(number, line))
    part.content += join_lines(loose)
    return Layout(opening, parts, last_line)


def _may_be_question(code: str, part: str) -> bool:
    """Return whether a heading right after a list mark is the item itself: "What happened?" as a question."""
    return part in (DEEPER, QUESTIONS) and code not in PARTS


def _is_inner(mark: str, item: Item) -> bool:
    """Return whether a line with this mark belongs to the item: nested lists have other marks."""
    return mark != item.mark and any(line.text for line in item.lines)


def _item_goes_on(item: Item, line: str, part: str) -> bool:
    """Return whether a line still belongs to the item."""
    # In prose an empty line ends an item; questions and topics have items of several paragraphs.
    return bool(line) or not item.lines or part in PARTS
