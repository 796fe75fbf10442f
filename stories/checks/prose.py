"""Parse Markdown for checks: blocks with their plain words, citations, links and images."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from newsroom.text.markdown.grammar import parse_shared_tokens

_KINDS = {
    "heading_open": "heading",
    "th_open": "cell",
    "td_open": "cell",
    "list_item_open": "item",
    "footnote_open": "note",
}
_CODE = {"fence", "code_block"}
_LISTS = {"bullet_list_open", "ordered_list_open", "table_open", "blockquote_open", *_CODE}


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the text that readers follow."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text.

    ``kind`` is ``paragraph``, ``heading``, ``item``, ``cell``, ``note`` or ``code``. ``is_quoted`` is true within a
    block quotation. ``is_label`` is true if all of it is emphasised, like a heading in bold type. ``leads_on`` is true
    if a list, a table, a quotation or code follows. ``words`` are plain, without citations and images.
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
    """Return the blocks of Markdown in order; items and cells are blocks of their own."""
    return tuple(_blocks(parse_shared_tokens(source)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    opened: list[str] = []
    for place, token in enumerate(tokens):
        if token.type in _CODE:
            yield Block("code", token.content)
        elif token.type == "inline":
            after = tokens[place + 2].type if place + 2 < len(tokens) else ""
            yield _read(
                token,
                kind=next((_KINDS[name] for name in reversed(opened) if name in _KINDS), "paragraph"),
                is_quoted="blockquote_open" in opened,
                leads_on=after in _LISTS,
            )
        elif token.nesting == 1:
            opened.append(token.type)
        elif token.nesting == -1 and opened:
            opened.pop()


def _read(inline: Token, *, kind: str, is_quoted: bool, leads_on: bool) -> Block:
    words: list[str] = []
    links: list[Link] = []
    address, start, depth, is_bare = "", 0, 0, False
    children = inline.children or []
    for token in children:
        match token.type:
            case "text" | "text_special" | "code_inline":
                words.append(token.content)
                is_bare = is_bare or (depth == 0 and bool(token.content.strip(" :.")))
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
    said = " ".join("".join(words).split())
    return Block(
        kind,
        said,
        citations=tuple(token.meta["number"] for token in children if token.type == "citation"),
        links=tuple(links),
        pictures=tuple(str(token.attrs.get("src", "")) for token in children if token.type == "image"),
        is_quoted=is_quoted,
        is_label=bool(said) and not is_bare,
        introduces_list=leads_on,
    )
