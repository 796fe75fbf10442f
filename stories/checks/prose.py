"""Parse Markdown for checks: blocks with their plain words, citations, links and images."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from newsroom.text.markdown.grammar import parse_shared_tokens

_BLOCK_KINDS = {
    "heading_open": "heading",
    "th_open": "cell",
    "td_open": "cell",
    "list_item_open": "item",
    "footnote_open": "note",
}
_CODE = {"fence", "code_block"}
_INTRODUCED = {"bullet_list_open", "ordered_list_open", "table_open", "blockquote_open", *_CODE}


@dataclass(frozen=True, slots=True)
class Link:
    """The address and the text of a link."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text.

    ``kind`` is ``paragraph``, ``heading``, ``item``, ``cell``, ``note`` or ``code``. ``words`` is the plain text,
    without citations and images. ``is_quoted`` is true within a block quotation. ``is_label`` is true if the whole
    block is emphasised, like a heading in bold type. ``introduces_list`` is true if a list, a table, a block quotation
    or code follows. A block of code has only ``kind`` and ``words``.
    """

    kind: str
    words: str
    citations: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[str, ...] = ()
    is_quoted: bool = False
    is_label: bool = False
    introduces_list: bool = False


@lru_cache(maxsize=256)
def parse_blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text in order. Each table cell and each paragraph of a list item is one block."""
    return tuple(_iter_blocks(parse_shared_tokens(source)))


def _iter_blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    open_elements: list[str] = []
    for position, token in enumerate(tokens):
        if token.type in _CODE:
            yield Block("code", token.content)
        elif token.type == "inline":
            next_type = tokens[position + 2].type if position + 2 < len(tokens) else ""
            yield _parse_block(
                token,
                kind=next(
                    (_BLOCK_KINDS[name] for name in reversed(open_elements) if name in _BLOCK_KINDS), "paragraph"
                ),
                is_quoted="blockquote_open" in open_elements,
                introduces_list=next_type in _INTRODUCED,
            )
        elif token.nesting == 1:
            open_elements.append(token.type)
        elif token.nesting == -1 and open_elements:
            open_elements.pop()


def _parse_block(inline: Token, *, kind: str, is_quoted: bool, introduces_list: bool) -> Block:
    words: list[str] = []
    links: list[Link] = []
    address, start, depth, has_plain_text = "", 0, 0, False
    children = inline.children or []
    for token in children:
        match token.type:
            case "text" | "text_special" | "code_inline":
                words.append(token.content)
                has_plain_text = has_plain_text or (depth == 0 and bool(token.content.strip(" :.")))
            case "softbreak" | "hardbreak":
                words.append(" ")
            case "strong_open" | "em_open":
                depth += 1
            case "strong_close" | "em_close":
                depth -= 1
            case "link_open":
                address, start = str(token.attrs.get("href", "")), len(words)
            case "link_close":
                links.append(Link(address, " ".join("".join(words[start:]).split())))
    plain_words = " ".join("".join(words).split())
    return Block(
        kind,
        plain_words,
        citations=tuple(token.meta["number"] for token in children if token.type == "citation"),
        links=tuple(links),
        pictures=tuple(str(token.attrs.get("src", "")) for token in children if token.type == "image"),
        is_quoted=is_quoted,
        is_label=bool(plain_words) and not has_plain_text,
        introduces_list=introduces_list,
    )
