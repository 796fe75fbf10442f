"""Write paragraphs and list items of plain text as Markdown, and list their paragraphs."""

from collections.abc import Callable, Iterable

from newsroom.text.markdown.grammar import escape
from stories.documents.parse.text.layout import Item, Paragraph


def write_markdown(content: Iterable[Paragraph | Item], *, write: Callable[[str], str] = escape) -> str:
    """Return the content of a part as Markdown: paragraphs and list items, separated by blank lines.

    ``write`` converts the text of a paragraph to Markdown.
    """
    blocks = (block for block in content if isinstance(block, Paragraph) or block.paragraphs)
    return "\n\n".join(_write_block(block, write) for block in blocks)


def list_paragraphs(content: Iterable[Paragraph | Item]) -> list[Paragraph]:
    """Return the paragraphs of a part in order, including those of its list items."""
    paragraphs: list[Paragraph] = []
    for block in content:
        paragraphs += [block] if isinstance(block, Paragraph) else block.paragraphs
    return paragraphs


def _write_block(block: Paragraph | Item, write: Callable[[str], str]) -> str:
    if isinstance(block, Paragraph):
        return write(block.text)
    return "- " + "\n\n  ".join(write(paragraph.text) for paragraph in block.paragraphs)
