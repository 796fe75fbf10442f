"""Transform tokens before rendering: headings, tables, the targets of links, and the position of images."""

from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from newsroom.text.markdown import links

_TABLE_ENDS = {"text-align:right": "end", "text-align:center": "center"}


def _make_opening_token(token: Token, *, resolves_uids: bool) -> Token | None:
    """Return the opening token to render for a link, or None if only the text of the link remains."""
    address = str(token.attrs.get("href", ""))
    if target := links.parse_target(address):
        if target.kind == "picture" or not resolves_uids:
            return None
        return Token("mark_open", "span", 1, attrs={"data-to": str(target)})
    title = {"title": title} if (title := token.attrs.get("title")) else {}
    if url := links.external_url(address):
        return Token("link_open", "a", 1, attrs={"href": url, **title, "rel": "noopener external"})
    if path := links.internal_path(address):
        return Token("link_open", "a", 1, attrs={"href": path, **title})
    return None


def _alternative_text(token: Token) -> str:
    """Return the alternative text of an image without its markup."""
    return "".join(
        _alternative_text(child) if child.type == "image" else child.content
        for child in token.children or ()
        if child.type in ("text", "code_inline", "text_special", "image")
    )


def _is_blank(children: list[Token]) -> bool:
    return all(
        token.type in ("softbreak", "hardbreak") or (token.type == "text" and not token.content.strip())
        for token in children
    )


def _resolve_inline(children: list[Token], *, resolves_uids: bool) -> tuple[list[Token], list[Token]]:
    """Return the inline tokens to render in the block, and placeholders to render below it for the images among them.

    A link without text is dropped. An image whose address is not ``picture:UID`` is replaced with its alternative text.
    """
    printed: list[Token] = []
    pictures: list[Token] = []
    opening: Token | None = None
    start = 0
    for token in children:
        if token.type == "link_open":
            opening, start = _make_opening_token(token, resolves_uids=resolves_uids), len(printed)
        elif token.type == "link_close":
            if opening is not None and not _is_blank(printed[start:]):
                printed.insert(start, opening)
                printed.append(Token(opening.type.replace("open", "close"), opening.tag, -1))
            opening = None
        elif token.type == "image":
            target = links.parse_target(str(token.attrs.get("src", "")))
            if target is not None and target.kind == "picture":
                if not resolves_uids:
                    continue
                mark: dict[str, str | int | float] = {"data-picture": str(target.uid)}
                pictures += [Token("mark_open", "span", 1, attrs=mark), Token("mark_close", "span", -1)]
            elif words := _alternative_text(token):
                printed.append(Token("text", "", 0, content=words))
        else:
            printed.append(token)
    return printed, pictures


def resolve_links(tokens: list[Token], *, resolves_uids: bool) -> list[Token]:
    """Return the tokens with placeholders for links and images by uid; forbidden links become plain text.

    Images move below their block, or to the end of their table cell. A paragraph or heading with no other content is
    left out. If ``resolves_uids`` is false, links by uid also become plain text, and images by uid are left out.
    """
    # On the page, an image is a separate block, and a paragraph cannot contain blocks.
    resolved: list[Token] = []
    below: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            token.children, below = _resolve_inline(token.children or [], resolves_uids=resolves_uids)
        resolved.append(token)
        if token.type in ("td_close", "th_close"):
            resolved[-1:-1] = below
            below = []
        elif token.type in ("paragraph_close", "heading_close"):
            if resolved[-2].type == "inline" and _is_blank(resolved[-2].children or []):
                del resolved[-3:]
            resolved += below
            below = []
    return resolved


def lower_headings(tokens: list[Token], *, headings: bool) -> None:
    """Lower the headings to levels below those of the page: the highest becomes ``h3``, and no level is skipped.

    If ``headings`` is false, turn headings into bold paragraphs instead.
    """
    levels: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while levels and levels[-1] >= level:
                levels.pop()
            levels.append(level)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(2 + len(levels), 6)}" if headings else "p"
    if not headings:
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open":
                inline.children = [
                    Token("strong_open", "strong", 1),
                    *(inline.children or ()),
                    Token("strong_close", "strong", -1),
                ]


def normalise_tables(tokens: list[Token]) -> None:
    """Replace the style attributes of aligned cells with classes, and empty header cells with ordinary cells."""
    # The content security policy forbids inline styles.
    is_empty = False
    for place, token in enumerate(tokens):
        if token.type in ("th_open", "td_open"):
            css_class = _TABLE_ENDS.get(str(token.attrs.pop("style", "")))
            if css_class is not None:
                token.attrs["class"] = css_class
            is_empty = token.type == "th_open" and _is_blank(tokens[place + 1].children or [])
        if token.type in ("th_open", "th_close") and is_empty:
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
