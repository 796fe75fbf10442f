"""Writes paragraphs and list items of plain text as Markdown, and the other way says what text they were."""

from collections.abc import Callable, Iterable

from newsroom.text.markdown.grammar import escape
from stories.documents.parse.text.layout import Item, Paragraph


def prose(content: Iterable[Paragraph | Item], *, write: Callable[[str], str] = escape) -> str:
    """Return a part's content as Markdown: paragraphs parted by blank lines, items as a list.

    ``write`` makes Markdown of the text of a paragraph.
    """
    blocks = (block for block in content if isinstance(block, Paragraph) or block.paragraphs)
    return "\n\n".join(_block(block, write) for block in blocks)


def paragraphs_of(content: Iterable[Paragraph | Item]) -> list[Paragraph]:
    """Return a part's paragraphs, those of its items among them, in order."""
    found: list[Paragraph] = []
    for block in content:
        found += [block] if isinstance(block, Paragraph) else block.paragraphs
    return found


def _block(block: Paragraph | Item, write: Callable[[str], str]) -> str:
    if isinstance(block, Paragraph):
        return write(block.text)
    return "- " + "\n\n  ".join(write(paragraph.text) for paragraph in block.paragraphs)
