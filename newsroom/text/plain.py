"""Turns Markdown into the words it says, without marks: for summaries, search, feeds and counting."""

import re
from collections.abc import Iterable, Mapping

from markdown_it.token import Token

from newsroom.text.markdown.grammar import read_tokens, remembered, tokens_of
from newsroom.text.markdown.lists import lay_out_lists

_LINE_BY_LINE = {f"{block}_{end}" for block in ("bullet_list", "ordered_list", "table") for end in ("open", "close")}
_LEFT_OUT = "\0"  # no text holds it: Markdown reads it as U+FFFD
# Each run of spaces is tried once, from its first: one that is tried from every space takes quadratic time.
_BEFORE_PUNCTUATION = re.compile(rf"(?<! ) +{_LEFT_OUT}+(?=[\s.,;:!?)\]”’»…]|$)")
_SPACES = re.compile(" {2,}")


@remembered(1_024)
def plain_text(source: str) -> str:
    """Return the words of ``source``: blocks parted by a blank line, list items, table rows and broken lines by one.

    Citations, note numbers, pictures and addresses are left out; notes come last. The words of plain text that was
    escaped for Markdown are exactly those of the text.
    """
    return _words(read_tokens(source), {})


def printed_text(source: str, *, numbers: Mapping[int, int], convention: str = "") -> str:
    """Return the words of ``source`` as a page prints them, otherwise as ``words_of`` does.

    A citation is its number among ``numbers``, in brackets, and lists are laid out by their ``convention`` (see
    ``lay_out_lists``): states and dates in words of the language that is active.
    """
    tokens = tokens_of(source)
    lay_out_lists(tokens, convention)
    return _words(tokens, numbers)


def _words(tokens: Iterable[Token], numbers: Mapping[int, int]) -> str:
    lines = _Lines()
    for token in tokens:
        if token.type in _LINE_BY_LINE:
            lines.group(token.nesting)
        elif token.type in ("tr_open", "tr_close"):
            lines.row(token.nesting)
        elif token.type == "inline":
            lines.add(_inline_words(token, numbers))
        elif token.type in ("fence", "code_block"):
            lines.add(token.content.strip("\n"))
    return "\n\n".join(lines.blocks)


def word_count(source: str) -> int:
    """Return how many words ``source`` says, counted by splitting at white space."""
    return len(plain_text(source).split())


def minutes_to_read(words: int) -> int:
    """Return whole minutes of reading, at least one, at 220 words a minute."""
    return max(1, (words + 219) // 220)


class _Lines:
    """Gathers lines into blocks: one line is a block, but for lists and tables, whose lines belong together."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._depth = 0
        self._lines: list[str] = []
        self._cells: list[str] | None = None

    def group(self, nesting: int) -> None:
        self._depth += nesting
        self._close()

    def row(self, nesting: int) -> None:
        cells, self._cells = self._cells, [] if nesting == 1 else None
        if cells:
            self.add("\t".join(cells))

    def add(self, words: str) -> None:
        if not words.strip():
            return
        (self._lines if self._cells is None else self._cells).append(words)
        self._close()

    def _close(self) -> None:
        if self._lines and not self._depth:
            self.blocks.append("\n".join(self._lines))
            self._lines.clear()


def _inline_words(token: Token, numbers: Mapping[int, int]) -> str:
    words = []
    for child in token.children or ():
        match child.type:
            case "hardbreak":
                words.append("\n")
            case "softbreak":
                words.append(" ")
            case "citation" if child.meta["number"] in numbers:
                words.append(f"[{numbers[child.meta['number']]}]")
            case "citation" | "footnote_ref" | "image":
                words.append(_LEFT_OUT)
            case "role_open" | "role_close":  # pages part a role from its name by its looks
                words.append("(" if child.nesting == 1 else ")")
            case "text" | "code_inline":
                words.append(child.content)
    closed_up = _BEFORE_PUNCTUATION.sub("", "".join(words)).replace(_LEFT_OUT, "")
    return _SPACES.sub(" ", closed_up).strip()
