"""Split Markdown into the pieces to compare: words with their marks, and the beginnings of blocks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markdown_it.token import Token

from newsroom.text.markdown.grammar import parse_tokens
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

# Combining vowel signs and accents, and the joiners that occur inside Persian and Hindi words.
_SIGNS = (
    "".join(map(chr, (c for c in range(0x0300, 0x1E00) if unicodedata.category(chr(c))[0] == "M"))) + "\u200c\u200d"
)
# Scripts written without spaces are compared character by character, including ideographic marks such as 々.
_UNSPACED = f"{UNSPACED_SCRIPTS}\u3005-\u3007"
_LETTER = rf"(?:(?![{_UNSPACED}])[\w{_SIGNS}])"
# The separators inside numbers, times and dates, Arabic ones included.
NUMBER_SEPARATORS = ".,:/٫٬"
_WORDS = re.compile(
    rf"(\s*)([{_UNSPACED}][{_SIGNS}]*|{_LETTER}+(?:(?:[’'‑-]|(?<=\d)[{NUMBER_SEPARATORS}](?=\d)){_LETTER}+)*|\S[{_SIGNS}]*)"
)
# Invisible characters, such as soft hyphens, zero-width spaces and direction marks.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_INLINE_MARKS = {"strong": "strong", "em": "emphasis", "s": "struck"}
_CONTAINERS = {"bullet_list": "bullets", "ordered_list": "numbers", "blockquote": "quote", "footnote": "note"}
_BULLETS = ("•", "◦")


class Piece(NamedTuple):
    """A word, punctuation mark, citation, note reference or image, or the beginning of a block or line.

    ``marks`` are its markup: ``strong``, ``emphasis``, ``struck``, ``code``, ``link:ADDRESS``, ``picture:ADDRESS``,
    ``cite:NUMBER``, ``note``. A block begins with a piece without words. The first mark of that piece is ``block``; the
    others are the enclosing blocks and the kind of the block. ``glued`` means that no space precedes the piece.
    ``shown`` is what readers see, which is not compared.
    """

    words: str
    marks: tuple[str, ...]
    glued: bool
    shown: str

    @property
    def key(self) -> tuple[str, tuple[str, ...], bool]:
        """The part of the piece that is compared."""
        return self[:3]

    @property
    def begins_block(self) -> bool:
        """Whether a block or a line begins here."""
        return self.marks[:1] == ("block",)

    @property
    def is_word(self) -> bool:
        """Whether the piece contains a letter or a digit, and is neither a citation nor a note reference."""
        is_mark = bool(self.marks) and any(mark.startswith(("cite:", "note")) for mark in self.marks)
        return not is_mark and any(map(str.isalnum, self.words))


def normalise(text: str) -> str:
    """Return ``text`` in NFC, without invisible characters."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def split_line(text: str) -> list[Piece]:
    """Return the pieces of a line of plain text. They have no marks."""
    return list(_split_words(normalise(text), (), spaced=True))


def split_markdown(source: str, numbers: Mapping[int, int] | None = None) -> list[Piece]:
    """Return the pieces of Markdown in the order in which they are rendered, in NFC, with white space collapsed.

    ``numbers`` maps citation numbers to the numbers that are shown. A number that it lacks is shown unchanged.
    """
    return list(_PieceBuilder(numbers or {}).build(parse_tokens(normalise(source))))


def _split_words(text: str, marks: tuple[str, ...], *, spaced: bool) -> Iterator[Piece]:
    # Trailing spaces are stripped: with no word after them, the pattern would try to match from every one of them.
    for match in _WORDS.finditer(text.rstrip()):
        words = match[2]
        yield Piece(words, marks, not (match[1] or spaced), words)
        spaced = False


class _PieceBuilder:
    def __init__(self, numbers: Mapping[int, int]) -> None:
        self._numbers = numbers
        self._containers: list[str] = []
        self._counts: list[int] = []
        self._at_item_start = False

    def build(self, tokens: list[Token]) -> Iterator[Piece]:
        kind = "paragraph"
        for token in tokens:
            name = token.type.removesuffix("_open").removesuffix("_close")
            if name in _CONTAINERS:
                self._open_or_close_container(name, token)
            elif token.type == "list_item_open":
                self._at_item_start = True
                self._counts[-1] += 1
            elif token.type == "list_item_close" and self._at_item_start:
                yield self._make_block("paragraph")
            elif token.type in ("heading_open", "paragraph_open", "tr_open", "td_open", "th_open"):
                kind = self._block_kind(token, kind)
            elif token.type == "inline":
                yield self._make_block(kind)
                yield from self._inline(token.children or [])
                kind = "paragraph"
            elif token.type in ("fence", "code_block"):
                yield self._make_block(f"code {token.info.strip()}".strip())
                yield from self._lines(token.content)
            elif token.type == "hr":
                yield self._make_block("rule")

    def _open_or_close_container(self, name: str, token: Token) -> None:
        if token.nesting < 0:
            self._containers.pop()
            self._counts.pop()
            return
        start = int(token.attrs.get("start", 1))
        self._containers.append(_CONTAINERS[name] + (f" from {start}" if start != 1 else ""))
        self._counts.append(start - 1)

    def _block_kind(self, token: Token, previous: str) -> str:
        match token.type:
            case "heading_open":
                return f"heading {token.tag[1]}"
            case "tr_open":
                return "row"
            case "td_open" | "th_open":
                cell = "cell heading" if token.type == "th_open" else "cell"
                return f"row {cell}" if previous == "row" else cell
        return "paragraph"

    def _make_block(self, kind: str) -> Piece:
        if self._at_item_start and kind == "paragraph":
            kind = "item"
        self._at_item_start = False
        return Piece("", ("block", *self._containers, kind), True, self._line_start(kind))

    def _line_start(self, kind: str) -> str:
        if kind == "item":
            inner = self._containers[-1]
            depth = sum(name.startswith(("bullets", "numbers")) for name in self._containers) - 1
            return f"\n{self._counts[-1]}. " if inner.startswith("numbers") else f"\n{_BULLETS[min(depth, 1)]} "
        if kind.startswith(("row", "cell")):
            return "\n" if kind.startswith("row") else " | "
        return "\n\n* * *" if kind == "rule" else "\n\n"

    def _inline(self, children: list[Token]) -> Iterator[Piece]:
        marks: tuple[str, ...] = ()
        spaced = True
        for token in children:
            name = token.type.removesuffix("_open").removesuffix("_close")
            if name in _INLINE_MARKS or name == "link":
                marks = (*marks, self._mark(name, token)) if token.nesting > 0 else marks[:-1]
            elif token.type in ("softbreak", "hardbreak"):
                if token.type == "hardbreak":
                    yield Piece("", ("block", "line"), True, "\n")
                spaced = True
            else:
                pieces = list(self._pieces(token, marks, spaced=spaced))
                yield from pieces
                spaced = token.content[-1:].isspace() if pieces else spaced or bool(token.content)

    def _mark(self, name: str, token: Token) -> str:
        if name != "link":
            return _INLINE_MARKS[name]
        title = token.attrs.get("title")
        return f"link:{token.attrs.get('href', '')}" + (f" “{title}”" if title else "")

    def _pieces(self, token: Token, marks: tuple[str, ...], *, spaced: bool) -> Iterator[Piece]:
        match token.type:
            case "text":
                yield from _split_words(token.content, marks, spaced=spaced)
            case "code_inline":
                yield from _split_words(token.content, (*marks, "code"), spaced=spaced)
            case "citation":
                number = token.meta["number"]
                shown = f"[{self._numbers.get(number, number)}]"
                yield Piece(token.content, (*marks, f"cite:{number}"), not spaced, shown)
            case "footnote_ref":
                label = token.meta.get("label") or token.meta["id"] + 1
                yield Piece(f"[^{label}]", (*marks, "note"), not spaced, f"[{token.meta['id'] + 1}]")
            case "image":
                words = " ".join(token.content.split())
                yield Piece(words, (*marks, f"picture:{token.attrs.get('src', '')}"), not spaced, f"[{words}]")

    def _lines(self, code: str) -> Iterator[Piece]:
        for number, line in enumerate(code.rstrip("\n").split("\n")):
            if number:
                yield Piece("", ("block", "line"), True, "\n")
            yield from _split_words(line, ("code",), spaced=True)
