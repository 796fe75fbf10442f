"""Highlighting of the words of a query in plain text, which templates escape, and excerpts around them."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import ANY_LANGUAGE, Word, fold_words, iter_words, stem_word
from newsroom.search.query.parse import ParsedQuery
from newsroom.text.fold import fold

LENGTH = 160
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, not escaped; ``is_hit`` is true for what was searched for."""

    text: str
    is_hit: bool


def mark_words(text: str, wanted: ParsedQuery, *, language: str = ANY_LANGUAGE, prefix: str = "") -> list[Piece]:
    """Return the whole ``text`` in pieces, with the wanted words marked.

    Words are compared by the rules of ``language``, that of the text; names have none. ``prefix`` is a wanted word of
    which only the beginning was typed: words that begin with it are marked too.
    """
    return _pieces(text, _hits(text, wanted, language, prefix), 0, len(text))


def make_excerpt(
    text: str, wanted: ParsedQuery, *, language: str = ANY_LANGUAGE, prefix: str = "", length: int = LENGTH
) -> list[Piece]:
    """Return about ``length`` characters of ``text`` around most of the wanted words, in pieces, cut between words.

    If the text contains none of them, these are its first words. “…” marks what was left out.
    """
    hits = _hits(text, wanted, language, prefix)
    begin, end = _window(text, hits, length)
    pieces = _pieces(text, hits, begin, end)
    before, after = text[:begin].strip(), text[end:].strip()
    return [
        *([Piece(ELLIPSIS, is_hit=False)] if before else []),
        *pieces,
        *([Piece(ELLIPSIS, is_hit=False)] if after else []),
    ]


def find_densest(hits: Iterable[Word], length: int) -> int:
    """Return the start of the first ``length`` characters with the most different words of ``hits``.

    ``hits`` are in the order of the text; without any, return 0.
    """
    # Each hit enters the window once and leaves it once, so the time is that of one pass, however many hits there are.
    near: deque[Word] = deque()
    times: Counter[str] = Counter()
    best = first = 0
    for hit in hits:
        near.append(hit)
        times[hit.folded] += 1
        while near and hit.end - near[0].start > length:
            gone = near.popleft().folded
            times[gone] -= 1
            if not times[gone]:
                del times[gone]
        if len(times) > best:
            best, first = len(times), near[0].start
    return first


def _hits(text: str, wanted: ParsedQuery, language: str, begun: str) -> list[Word]:
    begins = compile_beginnings(wanted.words, language)
    sought = _sought(wanted.words, language)

    def is_hit(folded: str) -> bool:
        return folded in sought or stem_word(folded, language) in sought or (begun != "" and folded.startswith(begun))

    if begins is None or has_unusual_letters(text):
        return [word for word in iter_words(text) if is_hit(word.folded)]
    found: dict[int, Word] = {}
    for begin in begins:
        for match in begin.finditer(text):
            start = match.start()
            if start and text[start - 1].isalnum():
                continue
            end = WORD.match(text, start).end()  # type: ignore[union-attr]  # a beginning is one of a word
            for folded in fold_words(text[start:end]):
                if is_hit(folded):
                    found[start] = Word(start, end, folded)
    return [found[start] for start in sorted(found)]


@lru_cache(maxsize=1_000)
def _sought(wanted: tuple[str, ...], language: str) -> frozenset[str]:
    return frozenset({stem_word(word, language) for word in wanted} | set(wanted))


def _window(text: str, hits: list[Word], length: int) -> tuple[int, int]:
    """Return the start and end of the part with the most different words, the first of such parts."""
    if len(text) <= length:
        return 0, len(text)
    first = find_densest(hits, length)
    begin = max(0, min(first - length // 4, len(text) - length))
    if begin:
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else first
    end = min(len(text), begin + length)
    if end < len(text):
        space = text.rfind(" ", begin, end + 1)
        end = space if space > begin else end
    return begin, end


def _pieces(text: str, hits: Iterable[Word], begin: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    done = begin
    for hit in hits:
        if hit.start >= done and hit.end <= end:
            pieces += [Piece(text[done : hit.start], is_hit=False), Piece(text[hit.start : hit.end], is_hit=True)]
            done = hit.end
    pieces.append(Piece(text[done:end], is_hit=False))
    return [piece for piece in pieces if piece.text]


type Begins = tuple[re.Pattern[str], ...]

WORD = re.compile(r"[^\W_]+")
# Languages in which a word begins like its stem. In Arabic, articles precede it, in Indonesian and Irish, prefixes.
_ENDINGS_ONLY = frozenset(
    ("", "ca", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nn", "no", "pl", "pt", "ro", "ru", "sv")
)
# Alphabets with capital letters, and the punctuation between their words.
_RANGES = ((0x20, 0x250), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x1F00), (0x2010, 0x205F), (0x20A0, 0x20C0))
# Endings change up to _CHANGED of the last letters of a stem. Few other words have the same first _ENOUGH letters.
_CHANGED, _ENOUGH = 2, 4


@lru_cache(maxsize=1_000)
def compile_beginnings(words: tuple[str, ...], language: str) -> Begins | None:
    """Return patterns for the beginnings of words that may have the same stem as one of the folded ``words``.

    Return None for languages in which a word may begin unlike its stem. A match may lie within a word.
    """
    if primary_subtag(language) not in _ENDINGS_ONLY:
        return None
    begin = {
        form[: max(2, min(_ENOUGH, len(form) - _CHANGED))]
        for word in words
        for form in (word, stem_word(word, language))
    }
    letters = _letters()
    if any(letter not in letters for some in begin for letter in some):
        return None
    return tuple(re.compile("".join(f"[{letters[letter]}]" for letter in some)) for some in sorted(begin))


def has_unusual_letters(text: str) -> bool:
    """Return whether the text has characters that are not folded letter by letter, so that every word must be read."""
    return not text.isascii() and _unusual().search(text) is not None


@cache
def _letters() -> dict[str, str]:
    """Return for each folded letter the characters that are folded to it."""
    letters: dict[str, str] = {}
    for number in _usual():
        letters[fold(chr(number))] = letters.get(fold(chr(number)), "") + re.escape(chr(number))
    return letters


@cache
def _usual() -> list[int]:
    some = (number for first, end in _RANGES for number in range(first, end))
    return [number for number in some if not chr(number).isalnum() or len(fold(chr(number))) == 1]


@cache
def _unusual() -> re.Pattern[str]:
    letters = (chr(number) for number in _usual() if chr(number).isprintable() or chr(number) == " ")
    return re.compile(f"[^\\s{''.join(map(re.escape, letters))}]")
