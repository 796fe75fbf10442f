"""Lay out tables: a caption line above, a source line below, and columns of numbers aligned at the decimal.

Table: Rents by district

| District | Rent |
| --- | --- |
| Quay Ward | 804.50 |

Source: Land register, 2026.
"""

import re
from collections.abc import Iterator

from django.utils import formats
from markdown_it.token import Token

from newsroom.text.markdown.transforms import find_blocks

_CAPTION = re.compile(r"(?:Table|Tabelle|Tabla|جدول)\s*:\s*(?=\S)", re.IGNORECASE)
_SOURCE = re.compile(r"(?:Sources?|Quellen?|Fuentes?|المصدر|المصادر)\s*:\s*(?=\S)", re.IGNORECASE)
# A sign, currency, digits in groups, a fraction, and a unit such as a percent sign.
_NUMBER = re.compile(
    r"(?P<start>[+−–-]?\s?[$€£¥]?\s?)(?P<digits>\d+(?:[.,'’\u00a0\u202f ]\d{3})*)(?P<rest>(?:[.,٫]\d+)?)(?P<unit>\s?[%‰€]?)"
)
_NO_NUMBER = frozenset(["", "–", "—", "-", "…", ".."])
_AT_END = "text-align:right"  # how Markdown's parser says it; normalise_tables makes a class of it
_WORDS = ("text", "text_special", "code_inline")


def lay_out_tables(tokens: list[Token]) -> None:
    """Move the caption line of each table into it, mark its source line, and align its columns of numbers.

    A caption line is a paragraph above the table that begins with “Table:” in one of the languages. A source line is a
    paragraph below it that begins with “Source:”.
    """
    for start, end in find_blocks(tokens, "table_open"):
        _align_numbers(tokens[start : end + 1])
        if _is_paragraph(tokens, end + 1) and _SOURCE.match(_first_words(tokens[end + 2])):
            tokens[end + 1].attrs["class"] = "table-source small"
        if start >= 3 and _is_paragraph(tokens, start - 3) and _strip_label(tokens[start - 2]):
            inline = tokens[start - 2]
            tokens[start].meta["caption"] = "".join(
                child.content for child in inline.children or () if child.type in _WORDS
            ).strip()
            caption = [Token("caption_open", "caption", 1), inline, Token("caption_close", "caption", -1)]
            tokens[start - 3 : start + 1] = [tokens[start], *caption]


def is_caption(words: str) -> bool:
    """Return whether a paragraph with these words is the caption line of the table below it."""
    return _CAPTION.match(words) is not None


def is_source(words: str) -> bool:
    """Return whether a paragraph with these words is the source line of the table above it."""
    return _SOURCE.match(words) is not None


def _is_paragraph(tokens: list[Token], place: int) -> bool:
    return place + 2 < len(tokens) and tokens[place].type == "paragraph_open" and tokens[place].level == 0


def _first_words(inline: Token) -> str:
    first = next(iter(inline.children or ()), None)
    return first.content if first is not None and first.type == "text" else ""


def _strip_label(inline: Token) -> bool:
    """Remove the label from a caption line. Return False if the paragraph is no caption line."""
    match = _CAPTION.match(_first_words(inline))
    if match is None or any(child.type in ("softbreak", "hardbreak") for child in inline.children or ()):
        return False
    first = (inline.children or [])[0]
    first.content = first.content[match.end() :]
    return True


def _align_numbers(table: list[Token]) -> None:
    """Align each column of numbers at the end, with room for missing decimals.

    A column that its author aligned to the start or to the centre keeps its alignment.
    """
    columns: dict[int, list[tuple[Token, Token]]] = {}
    for column, cell, inline in _iter_cells(table):
        columns.setdefault(column, []).append((cell, inline))
    for cells in columns.values():
        body = [(cell, inline) for cell, inline in cells if cell.type == "td_open"]
        numbers = [_NUMBER.fullmatch(_text_of(inline)) for _, inline in body]
        is_numeric = any(numbers) and all(
            number or _text_of(inline) in _NO_NUMBER for number, (_, inline) in zip(numbers, body, strict=True)
        )
        if not is_numeric or any(cell.attrs.get("style", _AT_END) != _AT_END for cell, _ in cells):
            continue
        for cell, _ in cells:
            cell.attrs["style"] = _AT_END
        _pad_decimals(body, numbers)


def _pad_decimals(body: list[tuple[Token, Token]], numbers: list[re.Match[str] | None]) -> None:
    """Mark the numbers of a column that have fewer decimals than others with the missing ones, as ``data-pad``.

    The style sheet gives these as much room as if they were printed. They belong to no text.
    """
    if len({number["unit"] for number in numbers if number}) > 1:
        return
    mark = formats.get_format("DECIMAL_SEPARATOR")
    fractions = [_split_fraction(number, mark) if number else "" for number in numbers]
    longest = max(fractions, key=len)
    for number, fraction, (_, inline) in zip(numbers, fractions, body, strict=True):
        if number and len(fraction) < len(longest):
            missing = "0" * (len(longest) - max(len(fraction), 1))
            attrs: dict[str, str | int | float] = {"data-pad": missing if fraction else longest[0] + missing}
            opening, closing = Token("pad_open", "span", 1, attrs=attrs), Token("pad_close", "span", -1)
            inline.children = [opening, *(inline.children or ()), closing]


def _split_fraction(number: re.Match[str], mark: str) -> str:
    """Return the fraction of a number with its decimal mark, or an empty string if it has none."""
    if number["rest"]:
        return number["rest"]
    # A group of three digits after the decimal mark of the language is a fraction.
    digits = number["digits"]
    at = digits.rfind(mark)
    return digits[at:] if at > 0 and digits.count(mark) == 1 else ""


def _text_of(inline: Token) -> str:
    """Return the text of a cell that has no markup, or else a word that is no number."""
    children = inline.children or []
    if len(children) > 1 or any(child.type != "text" for child in children):
        return "markup"
    return children[0].content.strip() if children else ""


def _iter_cells(table: list[Token]) -> Iterator[tuple[int, Token, Token]]:
    column = 0
    for place, token in enumerate(table):
        if token.type == "tr_open":
            column = 0
        elif token.type in ("th_open", "td_open"):
            yield column, token, table[place + 1]
            column += 1
