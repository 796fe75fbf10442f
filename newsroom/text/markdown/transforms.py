"""Transform tokens before rendering: the targets of links, the position of images, headings and tables."""

from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from newsroom.text.markdown import links

_TABLE_ENDS = {"text-align:right": "end", "text-align:center": "center"}


def _opened(token: Token, *, things: bool) -> Token | None:
    """Return the token that opens a link as it is printed, or None if only the words of the link remain."""
    address = str(token.attrs.get("href", ""))
    if thing := links.parse_target(address):
        if thing.kind == "picture" or not things:
            return None
        return Token("mark_open", "span", 1, attrs={"data-to": str(thing)})
    title = {"title": title} if (title := token.attrs.get("title")) else {}
    if url := links.external_url(address):
        return Token("link_open", "a", 1, attrs={"href": url, **title, "rel": "noopener external"})
    if path := links.internal_path(address):
        return Token("link_open", "a", 1, attrs={"href": path, **title})
    return None


def _alternative(token: Token) -> str:
    """Return the alternative text of an image as plain words, without its markup."""
    return "".join(
        _alternative(child) if child.type == "image" else child.content
        for child in token.children or ()
        if child.type in ("text", "code_inline", "text_special", "image")
    )


def _is_blank(children: list[Token]) -> bool:
    return all(
        token.type in ("softbreak", "hardbreak") or (token.type == "text" and not token.content.strip())
        for token in children
    )


def _settled_inline(children: list[Token], *, things: bool) -> tuple[list[Token], list[Token]]:
    """Return the inline tokens as they are printed, and placeholders for the images among them, to be put below.

    A link without words is dropped.
    """
    printed: list[Token] = []
    pictures: list[Token] = []
    opened: Token | None = None
    start = 0
    for token in children:
        if token.type == "link_open":
            opened, start = _opened(token, things=things), len(printed)
        elif token.type == "link_close":
            if opened is not None and not _is_blank(printed[start:]):
                printed.insert(start, opened)
                printed.append(Token(opened.type.replace("open", "close"), opened.tag, -1))
            opened = None
        elif token.type == "image":
            thing = links.parse_target(str(token.attrs.get("src", "")))
            if thing is not None and thing.kind == "picture":
                if not things:
                    continue
                mark: dict[str, str | int | float] = {"data-picture": str(thing.uid)}
                pictures += [Token("mark_open", "span", 1, attrs=mark), Token("mark_close", "span", -1)]
            elif words := _alternative(token):
                printed.append(Token("text", "", 0, content=words))
        else:
            printed.append(token)
    return printed, pictures


def resolve_links(tokens: list[Token], *, things: bool) -> list[Token]:
    """Return the tokens with placeholders for links by uid and for images; forbidden links become plain words.

    Images move below their block. A paragraph or heading without other content is left out. Without ``things``, links
    by uid become plain words as well, and images are left out.
    """
    # On the page an image is a block of its own, which a paragraph cannot contain.
    settled: list[Token] = []
    below: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            token.children, below = _settled_inline(token.children or [], things=things)
        settled.append(token)
        if token.type in ("td_close", "th_close"):
            settled[-1:-1] = below
            below = []
        elif token.type in ("paragraph_close", "heading_close"):
            if settled[-2].type == "inline" and _is_blank(settled[-2].children or []):
                del settled[-3:]
            settled += below
            below = []
    return settled


def lower_headings(tokens: list[Token], *, headings: bool) -> None:
    """Lower headings below those of the page: ``h3`` and down, skipping no level.

    Without ``headings``, turn them into bold lines.
    """
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(2 + len(above), 6)}" if headings else "p"
    if not headings:
        for opened, inline in pairwise(tokens):
            if opened.type == "heading_open":
                inline.children = [
                    Token("strong_open", "strong", 1),
                    *(inline.children or ()),
                    Token("strong_close", "strong", -1),
                ]


def normalise_tables(tokens: list[Token]) -> None:
    """Replace the style of aligned cells with a class, and empty header cells with ordinary cells."""
    # The content security policy forbids inline styles.
    empty = False
    for place, token in enumerate(tokens):
        if token.type in ("th_open", "td_open"):
            side = _TABLE_ENDS.get(str(token.attrs.pop("style", "")))
            if side is not None:
                token.attrs["class"] = side
            empty = token.type == "th_open" and _is_blank(tokens[place + 1].children or [])
        if token.type in ("th_open", "th_close") and empty:
            token.tag = "td"


def find_blocks(tokens: list[Token], opening: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each top-level block of the type ``opening``, in reverse order."""
    closing = opening.replace("_open", "_close")
    end = 0
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.level == 0 and token.type == closing:
            end = place
        elif token.level == 0 and token.type == opening:
            yield place, end
