"""Marks in a text what was looked for; plain text comes in, and templates escape what goes out."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from newsroom.http.languages import primary
from newsroom.search.analysis import ANY_LANGUAGE, Word, folded_words, stem, words
from newsroom.search.query.parse import ParsedQuery
from newsroom.text.fold import fold

LENGTH = 160
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text, as they are; ``hit`` says that they are what was looked for."""

    words: str
    hit: bool


def marked(text: str, wanted: ParsedQuery, *, language: str = ANY_LANGUAGE, begun: str = "") -> list[Piece]:
    """Return the whole of ``text`` in pieces, the words that are wanted marked.

    Words are the same by the rules of ``language``, in which the text is written; of names no language is said. Of the
    wanted words ``begun`` is one of which only the beginning was typed: those that begin with it are marked too.
    """
    return _pieces(text, _hits(text, wanted, language, begun), 0, len(text))


def excerpt(
    text: str, wanted: ParsedQuery, *, language: str = ANY_LANGUAGE, begun: str = "", length: int = LENGTH
) -> list[Piece]:
    """Return about ``length`` characters of ``text`` around most of what is wanted, in pieces, cut between words.

    Where nothing of it stands in the text these are its first words. “…” stands where something was left out.
    """
    hits = _hits(text, wanted, language, begun)
    begin, end = _window(text, hits, length)
    pieces = _pieces(text, hits, begin, end)
    before, after = text[:begin].strip(), text[end:].strip()
    return [
        *([Piece(ELLIPSIS, hit=False)] if before else []),
        *pieces,
        *([Piece(ELLIPSIS, hit=False)] if after else []),
    ]


def densest(hits: Iterable[Word], length: int) -> int:
    """Return where the ``length`` characters begin that hold the most different ones of ``hits``, the first such place.

    ``hits`` are in the order of the text; 0 where there are none. Each hit enters the part once and leaves it once, so the
    time is that of one reading, also where a long text is full of hits.
    """
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
    begins = beginnings(wanted.words, language)
    sought = _sought(wanted.words, language)

    def is_hit(folded: str) -> bool:
        return folded in sought or stem(folded, language) in sought or (begun != "" and folded.startswith(begun))

    if begins is None or is_unusual(text):
        return [word for word in words(text) if is_hit(word.folded)]
    found: dict[int, Word] = {}
    for begin in begins:
        for match in begin.finditer(text):
            start = match.start()
            if start and text[start - 1].isalnum():
                continue
            end = WORD.match(text, start).end()  # type: ignore[union-attr]  # a beginning is one of a word
            for folded in folded_words(text[start:end]):
                if is_hit(folded):
                    found[start] = Word(start, end, folded)
    return [found[start] for start in sorted(found)]


@lru_cache(maxsize=1_000)
def _sought(wanted: tuple[str, ...], language: str) -> frozenset[str]:
    return frozenset({stem(word, language) for word in wanted} | set(wanted))


def _window(text: str, hits: list[Word], length: int) -> tuple[int, int]:
    """Return the beginning and the end of the part that holds the most different words, the first of such parts."""
    if len(text) <= length:
        return 0, len(text)
    first = densest(hits, length)
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
            pieces += [Piece(text[done : hit.start], hit=False), Piece(text[hit.start : hit.end], hit=True)]
            done = hit.end
    pieces.append(Piece(text[done:end], hit=False))
    return [piece for piece in pieces if piece.words]


type Begins = tuple[re.Pattern[str], ...]

WORD = re.compile(r"[^\W_]+")
# Languages in which a word begins like its stem. (In Arabic articles stand before it, in Indonesian and Irish prefixes.)
_ENDINGS_ONLY = frozenset(
    ("", "ca", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nn", "no", "pl", "pt", "ro", "ru", "sv")
)
# Scripts of single letters with capitals, and the punctuation that stands between their words.
_RANGES = ((0x20, 0x250), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x1F00), (0x2010, 0x205F), (0x20A0, 0x20C0))
# Endings change up to so many of the last letters of a stem; with so many letters few other words begin alike.
_CHANGED, _ENOUGH = 2, 4


@lru_cache(maxsize=1_000)
def beginnings(words: tuple[str, ...], language: str) -> Begins | None:
    """Return what finds where words begin that may have the same stem as one of the folded ``words``.

    None for languages in which a word may begin otherwise than its stem. What is found may stand within a word.
    """
    if primary(language) not in _ENDINGS_ONLY:
        return None
    begin = {
        form[: max(2, min(_ENOUGH, len(form) - _CHANGED))] for word in words for form in (word, stem(word, language))
    }
    letters = _letters()
    if any(letter not in letters for some in begin for letter in some):
        return None
    return tuple(re.compile("".join(f"[{letters[letter]}]" for letter in some)) for some in sorted(begin))


def is_unusual(text: str) -> bool:
    """Say whether something stands in the text that is not folded letter by letter: then every word has to be read."""
    return not text.isascii() and _unusual().search(text) is not None


@cache
def _letters() -> dict[str, str]:
    """Return by each folded letter those that are written for it."""
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
