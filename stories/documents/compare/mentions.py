"""Mentions in a text that must not change unnoticed: figures, dates, quotations, names, links, sources and images."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache, lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from django.utils import dates, translation

from newsroom.text.diff.pieces import Piece
from stories.documents.compare.comparison import MentionKind
from stories.documents.compare.languages import Vocabulary, vocabulary_of

# A quotation that continues in the next paragraph has no closing mark in its own.
_QUOTATION = re.compile(
    r"“[^“”\n]*”?|„[^„“”\n]*[“”]?|«[^«»\n]*»?|»[^«»\n]*«|\"[^\"\n]*\"|「[^「」\n]*」|(?<!\w)‘[^‘\n]*?’(?!\w)|(?<!\w)'[^'\n]*?'(?!\w)"
)
_UNITS = frozenset("$€£¥₹%‰°")
_MARKS: dict[str, MentionKind] = {"link": "link", "cite": "source", "picture": "picture"}
_STOPS = frozenset(".!?…:;¿¡·•|")
# In a title whose words are all capitalised, words longer than this are capitalised too.
LONGEST_SMALL = 3


class Mention(NamedTuple):
    """A mention in the pieces ``first`` to ``last`` of a text.

    ``name`` is its name where a change is pointed out, ``said`` the words that readers see.
    """

    kind: MentionKind
    name: str
    visible_text: str
    first: int
    last: int


def find_mentions(
    pieces: Sequence[Piece], language: str, lower: frozenset[str], names: frozenset[str] = frozenset()
) -> list[Mention]:
    """Return the mentions in ``pieces``.

    Words in ``lower`` are known in lower case, so at the beginning of a sentence they are no names. Numbers and dates
    inside one of the known ``names`` belong to that name.
    """
    vocabulary = vocabulary_of(language)
    text, starts = _laid_out(pieces)
    pattern = _numbered_names(names, language)
    found = list(_matches("name", pattern, text, starts)) if pattern else []
    taken = _covered(found)
    found += [date for date in _matches("date", _dates(language), text, starts) if not taken & _covered([date])]
    taken |= _covered(found)
    words = {piece.words for piece in pieces}
    figures = {word for word in words if _says_how_many(word, vocabulary)}
    numbers_in_names = _numbers_in_names(pieces, figures, vocabulary)
    found += _grouped(
        "figure",
        pieces,
        lambda place: place not in taken and place not in numbers_in_names and _is_figure(pieces, place, figures),
    )
    taken |= _covered(found)
    if vocabulary is not None:
        capitalised = {word for word in words if word != word.lower()}
        known = vocabulary.small | lower
        small = {word for word in capitalised if word == word.capitalize() and word.lower() in known}
        found += _grouped(
            "name", pieces, lambda place: place not in taken and _is_name(pieces, place, capitalised, small)
        )
    found += _matches("quotation", _QUOTATION, text, starts)
    found += _quoted_blocks(pieces)
    found += _marked(pieces)
    return found


def _covered(mentions: Iterable[Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.first, mention.last + 1)}


def _laid_out(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """Return the words as one text with a line for each block, and the offset of each piece."""
    texts: list[str] = []
    starts: list[int] = []
    length = 0
    for piece in pieces:
        if piece.begins_block:
            text = "\n"
        elif not _is_said(piece):
            text = ""
        else:
            text = piece.words if piece.glued else f" {piece.words}"
        starts.append(length + text.startswith(" "))
        texts.append(text)
        length += len(text)
    return "".join(texts), starts


def _is_said(piece: Piece) -> bool:
    return not piece.marks or not any(mark.startswith(("cite:", "picture:")) or mark == "note" for mark in piece.marks)


def _matches(what: MentionKind, pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        first = bisect_right(starts, match.start()) - 1
        last = max(first, bisect_left(starts, match.end()) - 1)
        yield Mention(what, match[0], match[0], first, last)


def _quoted_blocks(pieces: Sequence[Piece]) -> Iterator[Mention]:
    begins = [place for place, piece in enumerate(pieces) if piece.begins_block]
    for first, following in pairwise([*begins, len(pieces)]):
        if "quote" in pieces[first].marks and following - first > 1:
            words = _words(pieces[first + 1 : following])
            yield Mention("quotation", words, words, first, following - 1)


def _grouped(what: MentionKind, pieces: Sequence[Piece], is_one: Callable[[int], bool]) -> Iterator[Mention]:
    """Yield adjacent pieces for which ``is_one`` is true as one mention: “two hundred”, “Port Authority”."""
    for kind, group in groupby(range(len(pieces)), key=is_one):
        if kind:
            places = list(group)
            words = _words(pieces[places[0] : places[-1] + 1])
            yield Mention(what, words, words, places[0], places[-1])


def _words(pieces: Sequence[Piece]) -> str:
    return "".join(piece.words if piece.glued else f" {piece.words}" for piece in pieces if _is_said(piece)).strip()


def _says_how_many(word: str, vocabulary: Vocabulary | None) -> bool:
    if any(map(str.isnumeric, word)):
        return True
    return vocabulary is not None and not vocabulary.numbers.isdisjoint(re.split("[-‑]", word.lower()))


def _numbers_in_names(pieces: Sequence[Piece], figures: Set[str], vocabulary: Vocabulary | None) -> set[int]:
    """Return the indices of number words that belong to a name, as in “Channel Four” or “Pier ONE”.

    They are capitalised though they begin no sentence, or are all capitals, in a block that is not all capitalised.
    """
    if vocabulary is None:
        return set()
    found: set[int] = set()
    block: list[int] = []
    for place in (*range(len(pieces)), None):
        if place is not None and not pieces[place].begins_block:
            block.append(place)
            continue
        if any(len(pieces[each].words) > LONGEST_SMALL and pieces[each].words.islower() for each in block):
            found.update(
                each for each in block if pieces[each].words in figures and _has_a_capital(pieces, each, vocabulary)
            )
        block = []
    return found


def _has_a_capital(pieces: Sequence[Piece], place: int, vocabulary: Vocabulary) -> bool:
    words = pieces[place].words
    if words == words.lower() or words.lower() in vocabulary.nouns or any(map(str.isnumeric, words)):
        return False
    return not _opens_sentence(pieces, place) or (len(words) > 1 and words.isupper())


def _is_figure(pieces: Sequence[Piece], place: int, figures: Set[str]) -> bool:
    if pieces[place].words in figures:
        return _is_said(pieces[place])
    return pieces[place].words in _UNITS and any(
        any(map(str.isdecimal, side.words)) and _is_said(side) for side in pieces[max(place - 1, 0) : place + 2]
    )


def _is_name(pieces: Sequence[Piece], place: int, capitalised: Set[str], small: Set[str]) -> bool:
    words = pieces[place].words
    if words not in capitalised or not _is_said(pieces[place]):
        return False
    return words not in small or not _opens_sentence(pieces, place)


def _opens_sentence(pieces: Sequence[Piece], place: int) -> bool:
    """Return whether the piece is the first word of a sentence or block."""
    for before in range(place - 1, -1, -1):
        piece = pieces[before]
        if piece.begins_block or piece.words in _STOPS:
            return True
        if piece.is_word:
            return False
    return True


def _marked(pieces: Sequence[Piece]) -> Iterator[Mention]:
    """Yield links, citations and images; adjacent pieces with the same target are one link."""

    def mark(place: int) -> str:
        marks = pieces[place].marks
        return next((mark for mark in marks if mark.partition(":")[0] in _MARKS), "") if marks else ""

    for found, group in groupby(range(len(pieces)), key=mark):
        if found:
            kind, _, name = found.partition(":")
            places = list(group)
            said = " ".join(pieces[place].words for place in places)
            yield Mention(_MARKS[kind], name, said, places[0], places[-1])


@lru_cache(maxsize=256)
def _numbered_names(names: frozenset[str], language: str) -> re.Pattern[str] | None:
    """Return a pattern for those of ``names`` that contain a number or a date beside other words, or None."""
    vocabulary, dated = vocabulary_of(language), _dates(language)

    def is_numbered(name: str) -> bool:
        words = name.split()
        numbers = [word for word in words if _says_how_many(word, vocabulary)]
        is_number = len(numbers) == len(words) and not name.isupper()
        return bool(numbers or dated.search(name)) and not is_number and not dated.fullmatch(name)

    found = sorted(filter(is_numbered, names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)") if found else None


@cache
def _dates(language: str) -> re.Pattern[str]:
    """Return a pattern for dates: days, months and weekdays in the words of the language, and dates in figures."""
    with translation.override(language):
        tables = (dates.MONTHS, dates.MONTHS_ALT, dates.WEEKDAYS)
        months, alternatives, weekdays = ({str(name) for name in table.values()} for table in tables)
    month, weekday = (
        "|".join(sorted(map(re.escape, names | {name[:1].upper() + name[1:] for name in names}), key=len, reverse=True))
        for names in (months | alternatives, weekdays)
    )
    day = r"\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?"
    of = r"(?:\s+(?:de|del|of))?"
    written = rf"(?:{day}{of}\s+)?(?:{month})(?!\w)(?:\s+{day}(?![\w,.:]?\d))?(?:,?{of}\s+\d{{4}}(?!\w))?"
    figures = r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    return re.compile(rf"(?<!\w)(?:{figures}|(?:(?:{weekday}),?\s+)?{written}|(?:{weekday})(?!\w))")
