"""Reads Markdown as checks need it: block by block, with the plain words and what stands among them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from newsroom.text.grammar import tokens_of

_KINDS = {
    "heading_open": "heading",
    "th_open": "cell",
    "td_open": "cell",
    "list_item_open": "item",
    "footnote_open": "note",
    "paragraph_open": "paragraph",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the words that a reader can follow."""

    address: str
    words: str


@dataclass(slots=True)
class Block:
    """A stretch of text that stands by itself.

    ``kind`` is ``paragraph``, ``heading``, ``item``, ``cell`` or ``note``; a paragraph that is ``quoted`` stands in a
    block quotation. ``words`` are plain, without citations, pictures and code. ``is_label`` says that all of it is
    emphasised, as a heading is that somebody made of bold words; ``leads_on`` that a list, table or quotation follows.
    """

    kind: str
    quoted: bool = False
    words: str = ""
    citations: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    is_label: bool = False
    leads_on: bool = False


def blocks(source: str) -> list[Block]:
    """Return the blocks of Markdown in their order; of a list or a table each item and cell. Code is left out."""
    return list(_blocks(tokens_of(source)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    opened: list[str] = []
    for place, token in enumerate(tokens):
        if token.type == "inline":
            block = _read(token)
            block.kind = next(
                (_KINDS[name] for name in reversed(opened) if name in _KINDS and name != "paragraph_open"), "paragraph"
            )
            block.quoted = "blockquote_open" in opened
            after = tokens[place + 2].type if place + 2 < len(tokens) else ""
            block.leads_on = after in {
                "bullet_list_open",
                "ordered_list_open",
                "table_open",
                "blockquote_open",
                "fence",
                "code_block",
            }
            yield block
        elif token.nesting == 1:
            opened.append(token.type)
        elif token.nesting == -1 and opened:
            opened.pop()


def _read(inline: Token) -> Block:
    block = Block("paragraph")
    words: list[str] = []
    address, start, depth, bare = "", 0, 0, False
    for token in inline.children or ():
        match token.type:
            case "text" | "text_special":
                words.append(token.content)
                bare = bare or (depth == 0 and bool(token.content.strip(" :.")))
            case "softbreak" | "hardbreak":
                words.append(" ")
            case "strong_open" | "em_open":
                depth += 1
            case "strong_close" | "em_close":
                depth -= 1
            case "citation":
                block.citations.append(token.meta["number"])
            case "image":
                block.pictures.append(str(token.attrs.get("src", "")))
            case "link_open":
                address, start = str(token.attrs.get("href", "")), len(words)
            case "link_close":
                block.links.append(Link(address, "".join(words[start:]).strip()))
    block.words = " ".join("".join(words).split())
    block.is_label = bool(block.words) and not bare
    return block
