"""Highlight query words in plain text, and make excerpts around them. The text is not escaped."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import ANY_LANGUAGE, Word, fold_words, iter_words, stem_word
from newsroom.search.query.parse import ParsedQuery
from newsroom.text.fold import fold

LENGTH = 160
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, not escaped. ``is_hit`` is true for words of the query."""

    text: str
    is_hit: bool


def mark_words(text: str, query: ParsedQuery, *, language: str = ANY_LANGUAGE, prefix: str = "") -> list[Piece]:
    """Return the whole ``text`` in pieces, with the words of the query marked.

    Words are compared by the rules of ``language``, the language of the text (empty for names). ``prefix`` is
    an incompletely typed word: words that begin with it are also marked.
    """
    return _split_at_hits(text, _find_hits(text, query, language, prefix), 0, len(text))


def make_excerpt(
    text: str, query: ParsedQuery, *, language: str = ANY_LANGUAGE, prefix: str = "", length: int = LENGTH
) -> list[Piece]:
    """Return, in pieces, the excerpt of about ``length`` characters that has the most distinct words of the query.

    The text is cut at spaces where possible, and “…” marks omitted text. If no word of the query occurs, return the
    beginning of the text.
    """
    hits = _find_hits(text, query, language, prefix)
    begin, end = _find_window(text, hits, length)
    pieces = _split_at_hits(text, hits, begin, end)
    before, after = text[:begin].strip(), text[end:].strip()
    return [
        *([Piece(ELLIPSIS, is_hit=False)] if before else []),
        *pieces,
        *([Piece(ELLIPSIS, is_hit=False)] if after else []),
    ]


def find_densest(hits: Iterable[Word], length: int) -> int:
    """Return the start of the first stretch of ``length`` characters that contains the most distinct words of ``hits``.

    ``hits`` are in text order. Return 0 if there are none.
    """
    # Each hit enters and leaves the window once, so one pass is enough, however many hits there are.
    window: deque[Word] = deque()
    counts: Counter[str] = Counter()
    best_count = first = 0
    for hit in hits:
        window.append(hit)
        counts[hit.folded] += 1
        while window and hit.end - window[0].start > length:
            word = window.popleft().folded
            counts[word] -= 1
            if not counts[word]:
                del counts[word]
        if len(counts) > best_count:
            best_count, first = len(counts), window[0].start
    return first


def _find_hits(text: str, query: ParsedQuery, language: str, prefix: str) -> list[Word]:
    beginnings = list_beginnings(query.words, language)
    wanted_forms = _wanted_forms(query.words, language)

    def is_hit(folded: str) -> bool:
        return (
            folded in wanted_forms
            or stem_word(folded, language) in wanted_forms
            or (prefix != "" and folded.startswith(prefix))
        )

    text = replace_marks(text)
    if beginnings is None or has_unusual_letters(text):
        return [word for word in iter_words(text) if is_hit(word.folded)]
    hits: dict[int, Word] = {}
    for start in iter_beginnings(text, query.words, language):
        end = WORD.match(text, start).end()  # type: ignore[union-attr]  # a word begins at ``start``
        for folded in fold_words(text[start:end]):
            if is_hit(folded):
                hits[start] = Word(start, end, folded)
    return [hits[start] for start in sorted(hits)]


@lru_cache(maxsize=1_000)
def _wanted_forms(words: tuple[str, ...], language: str) -> frozenset[str]:
    return frozenset({stem_word(word, language) for word in words} | set(words))


def _find_window(text: str, hits: list[Word], length: int) -> tuple[int, int]:
    """Return the start and end of the first part of the text with the most distinct words of the query."""
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


def _split_at_hits(text: str, hits: Iterable[Word], begin: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    position = begin
    for hit in hits:
        if hit.start >= position and hit.end <= end:
            pieces += [Piece(text[position : hit.start], is_hit=False), Piece(text[hit.start : hit.end], is_hit=True)]
            position = hit.end
    pieces.append(Piece(text[position:end], is_hit=False))
    return [piece for piece in pieces if piece.text]


WORD = re.compile(r"[^\W_]+")
# Punctuation outside ASCII that is common in many languages.
_MARKS = "’‘”“–—…"
# Languages in which a word begins like its stem. Arabic words may begin with an article, Indonesian and Irish words
# with a prefix.
_SUFFIX_LANGUAGES = frozenset(
    ("", "ca", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nn", "no", "pl", "pt", "ro", "ru", "sv")
)
# The Latin, Greek and Cyrillic alphabets, general punctuation and currency symbols.
_FOLDABLE_RANGES = ((0x20, 0x250), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x1F00), (0x2010, 0x205F), (0x20A0, 0x20C0))
# An ending may change up to _MAX_CHANGED letters at the end of a stem. Few other words share the first _PREFIX_LENGTH
# letters.
_MAX_CHANGED, _PREFIX_LENGTH = 2, 4


def iter_beginnings(text: str, words: tuple[str, ...], language: str) -> Iterator[int]:
    """Yield the positions at which a word of ``text`` begins with one of ``list_beginnings``, in any order.

    That function must not return None for ``words`` and ``language``, and the text must not have unusual letters.
    """
    starts: Iterable[int]
    if text.isascii():
        lower = text.lower()
        starts = chain.from_iterable(_iter_occurrences(each, lower) for each in list_beginnings(words, language) or ())
    else:
        patterns = _compile_beginnings(words, language)
        starts = (match.start() for pattern in patterns for match in pattern.finditer(text))
    return (start for start in starts if not (start and text[start - 1].isalnum()))


def _iter_occurrences(beginning: str, text: str) -> Iterator[int]:
    start = text.find(beginning)
    while start >= 0:
        yield start
        start = text.find(beginning, start + 1)


@lru_cache(maxsize=1_000)
def _compile_beginnings(words: tuple[str, ...], language: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns for ``list_beginnings``. A match may be inside a word."""
    letters = _letters_by_folded()
    return tuple(
        re.compile("".join(f"[{letters[letter]}]" for letter in beginning))
        for beginning in list_beginnings(words, language) or ()
    )


@lru_cache(maxsize=1_000)
def list_beginnings(words: tuple[str, ...], language: str) -> tuple[str, ...] | None:
    """Return the folded beginnings of words that may have the same stem as one of the folded ``words``.

    Return None for languages in which words do not always begin like their stems, and for words with unusual letters.
    """
    if primary_subtag(language) not in _SUFFIX_LANGUAGES:
        return None
    beginnings = {
        form[: max(2, min(_PREFIX_LENGTH, len(form) - _MAX_CHANGED))]
        for word in words
        for form in (word, stem_word(word, language))
    }
    letters = _letters_by_folded()
    is_usual = all(letter in letters for beginning in beginnings for letter in beginning)
    return tuple(sorted(beginnings)) if is_usual else None


def replace_marks(text: str) -> str:
    """Return the text, in as many characters, with common punctuation outside ASCII replaced with spaces."""
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    return text


def has_unusual_letters(text: str) -> bool:
    """Return whether the text has characters that are not folded one by one, so that every word must be analysed."""
    return not text.isascii() and _unusual_pattern().search(text) is not None


@cache
def _letters_by_folded() -> dict[str, str]:
    """Return the characters that fold to each letter, escaped for a pattern."""
    letters: dict[str, str] = {}
    for number in _list_usual_characters():
        letters[fold(chr(number))] = letters.get(fold(chr(number)), "") + re.escape(chr(number))
    return letters


@cache
def _list_usual_characters() -> list[int]:
    numbers = (number for first, end in _FOLDABLE_RANGES for number in range(first, end))
    return [number for number in numbers if not chr(number).isalnum() or len(fold(chr(number))) == 1]


@cache
def _unusual_pattern() -> re.Pattern[str]:
    letters = (chr(number) for number in _list_usual_characters() if chr(number).isprintable() or chr(number) == " ")
    return re.compile(f"[^\\s{''.join(map(re.escape, letters))}]")
