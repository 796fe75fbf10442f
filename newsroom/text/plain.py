"""Convert Markdown to plain text, for summaries, search, feeds and word counts."""

import re
from collections.abc import Iterable, Mapping

from markdown_it.token import Token

from newsroom.text.markdown.grammar import cache_short_texts, parse_shared_tokens, parse_tokens
from newsroom.text.markdown.lists import lay_out_lists

_LINE_GROUPS = {f"{block}_{end}" for block in ("bullet_list", "ordered_list", "table") for end in ("open", "close")}
_OMITTED = "\0"  # never occurs in a text: Markdown replaces it with U+FFFD
# Each run of spaces is matched from its first space only: matching from every space would take quadratic time.
_OMISSION_BEFORE_PUNCTUATION = re.compile(rf"(?<! ) +{_OMITTED}+(?=[\s.,;:!?)\]”’»…]|$)")
_SPACES = re.compile(" {2,}")


# Enough for some 250 stories that are published together: the same texts are needed to save, to render and to index
# them. So many texts of the general maximum length, with their results, would take hundreds of megabytes in each
# process.
@cache_short_texts(4_096, max_length=4_000)
def plain_text(source: str) -> str:
    """Return the plain text of ``source``.

    Blocks are separated by a blank line, list items and table rows by a line break, and cells by a tab. A hard break
    becomes a line break. Citations, note numbers, images and link targets are left out, and notes come last. For plain
    text that was escaped for Markdown, the result contains exactly the words of that text.
    """
    return _extract_words(parse_shared_tokens(source), {})


def render_plain_text(source: str, *, numbers: Mapping[int, int], convention: str = "") -> str:
    """Return the plain text of ``source``, as ``plain_text`` does, but with citations and lists as on a page.

    A citation becomes its number in ``numbers``, in brackets, or is left out if it has none. Lists are laid out by
    their ``convention`` (see ``lay_out_lists``), with states and dates in the active language.
    """
    tokens = parse_tokens(source)
    lay_out_lists(tokens, convention)
    return _extract_words(tokens, numbers)


def _extract_words(tokens: Iterable[Token], numbers: Mapping[int, int]) -> str:
    lines = _BlockCollector()
    for token in tokens:
        if token.type in _LINE_GROUPS:
            lines.open_or_close_group(token.nesting)
        elif token.type in ("tr_open", "tr_close"):
            lines.open_or_close_row(token.nesting)
        elif token.type == "inline":
            lines.add(_extract_inline_words(token, numbers))
        elif token.type in ("fence", "code_block"):
            lines.add(token.content.strip("\n"))
    return "\n\n".join(lines.blocks)


def word_count(source: str) -> int:
    """Return the number of words in the plain text of ``source``, split at white space."""
    return len(plain_text(source).split())


def reading_minutes(words: int) -> int:
    """Return the reading time in whole minutes, rounded up, at least one, at 220 words a minute."""
    return max(1, (words + 219) // 220)


class _BlockCollector:
    """Collector that groups lines into blocks. Each line is a block, but all lines of a list or table are one block."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._depth = 0
        self._lines: list[str] = []
        self._cells: list[str] | None = None

    def open_or_close_group(self, nesting: int) -> None:
        self._depth += nesting
        self._close()

    def open_or_close_row(self, nesting: int) -> None:
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


def _extract_inline_words(token: Token, numbers: Mapping[int, int]) -> str:
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
                words.append(_OMITTED)
            case "role_open" | "role_close":  # a page marks a role by its style, which plain text lacks
                words.append("(" if child.nesting == 1 else ")")
            case "text" | "code_inline":
                words.append(child.content)
    text = _OMISSION_BEFORE_PUNCTUATION.sub("", "".join(words)).replace(_OMITTED, "")
    return _SPACES.sub(" ", text).strip()
