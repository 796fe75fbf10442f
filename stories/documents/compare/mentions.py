"""Recognition of mentions in a text: figures, dates, quotations, names, links, sources and images."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache, lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from django.utils import dates, translation

from newsroom.text.diff.pieces import Piece
from stories.documents.compare.comparison import MentionKind
from stories.documents.compare.languages import Vocabulary, get_vocabulary

# A quotation that continues in the next paragraph may have no closing mark.
_QUOTATION = re.compile(
    r"“[^“”\n]*”?|„[^„“”\n]*[“”]?|«[^«»\n]*»?|»[^«»\n]*«|\"[^\"\n]*\"|「[^「」\n]*」|(?<!\w)‘[^‘\n]*?’(?!\w)|(?<!\w)'[^'\n]*?'(?!\w)"
)
_UNITS = frozenset("$€£¥₹%‰°")
_MARK_KINDS: dict[str, MentionKind] = {"link": "link", "cite": "source", "picture": "picture"}
_SENTENCE_MARKS = frozenset(".!?…:;¿¡·•|")
# In a title in which every word is capitalised, only words up to this length may stay in lower case.
MAX_SMALL_WORD = 3


class Mention(NamedTuple):
    """A mention in the pieces ``first`` to ``last`` of a text, both included.

    ``name`` identifies the mention in a list of changes. ``visible_text`` is the text that readers see.
    """

    kind: MentionKind
    name: str
    visible_text: str
    first: int
    last: int


def find_mentions(
    pieces: Sequence[Piece], language: str, lower_case_words: frozenset[str], names: frozenset[str] = frozenset()
) -> list[Mention]:
    """Return the mentions in ``pieces``.

    Words in ``lower_case_words`` are not names at the beginning of a sentence. Known ``names`` that contain a number or
    a date are recognised as a whole. Without a vocabulary for ``language``, no other names are recognised.
    """
    vocabulary = get_vocabulary(language)
    text, starts = _join_text(pieces)
    pattern = _pattern_of_numbered_names(names, language)
    mentions = list(_match_pattern("name", pattern, text, starts)) if pattern else []
    covered = _covered_places(mentions)
    mentions += [
        date
        for date in _match_pattern("date", _date_pattern(language), text, starts)
        if not covered & _covered_places([date])
    ]
    covered |= _covered_places(mentions)
    words = {piece.words for piece in pieces}
    figures = {word for word in words if _is_number_word(word, vocabulary)}
    numbers_in_names = _find_numbers_in_names(pieces, figures, vocabulary)
    mentions += _group_pieces(
        "figure",
        pieces,
        lambda index: index not in covered and index not in numbers_in_names and _is_figure(pieces, index, figures),
    )
    covered |= _covered_places(mentions)
    if vocabulary is not None:
        capitalised = {word for word in words if word != word.lower()}
        not_names = vocabulary.function_words | lower_case_words
        small = {word for word in capitalised if word == word.capitalize() and word.lower() in not_names}
        mentions += _group_pieces(
            "name", pieces, lambda index: index not in covered and _is_name(pieces, index, capitalised, small)
        )
    mentions += _match_pattern("quotation", _QUOTATION, text, starts)
    mentions += _find_quoted_blocks(pieces)
    mentions += _find_marked(pieces)
    return mentions


def _covered_places(mentions: Iterable[Mention]) -> set[int]:
    return {index for mention in mentions for index in range(mention.first, mention.last + 1)}


def _join_text(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """Return the words as one text with a line for each block, and the offset of each piece in this text."""
    texts: list[str] = []
    starts: list[int] = []
    length = 0
    for piece in pieces:
        if piece.begins_block:
            text = "\n"
        elif not _is_visible(piece):
            text = ""
        else:
            text = piece.words if piece.glued else f" {piece.words}"
        starts.append(length + text.startswith(" "))
        texts.append(text)
        length += len(text)
    return "".join(texts), starts


def _is_visible(piece: Piece) -> bool:
    return not piece.marks or not any(mark.startswith(("cite:", "picture:")) or mark == "note" for mark in piece.marks)


def _match_pattern(kind: MentionKind, pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        first = bisect_right(starts, match.start()) - 1
        last = max(first, bisect_left(starts, match.end()) - 1)
        yield Mention(kind, match[0], match[0], first, last)


def _find_quoted_blocks(pieces: Sequence[Piece]) -> Iterator[Mention]:
    begins = [index for index, piece in enumerate(pieces) if piece.begins_block]
    for first, following in pairwise([*begins, len(pieces)]):
        if "quote" in pieces[first].marks and following - first > 1:
            words = _visible_text(pieces[first + 1 : following])
            yield Mention("quotation", words, words, first, following - 1)


def _group_pieces(kind: MentionKind, pieces: Sequence[Piece], is_part: Callable[[int], bool]) -> Iterator[Mention]:
    """Yield a mention for each run of pieces that are parts of one, such as “two hundred” or “Port Authority”."""
    for is_mention, group in groupby(range(len(pieces)), key=is_part):
        if is_mention:
            places = list(group)
            words = _visible_text(pieces[places[0] : places[-1] + 1])
            yield Mention(kind, words, words, places[0], places[-1])


def _visible_text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.words if piece.glued else f" {piece.words}" for piece in pieces if _is_visible(piece)).strip()


def _is_number_word(word: str, vocabulary: Vocabulary | None) -> bool:
    if any(map(str.isnumeric, word)):
        return True
    return vocabulary is not None and not vocabulary.numbers.isdisjoint(re.split("[-‑]", word.lower()))


def _find_numbers_in_names(pieces: Sequence[Piece], figures: Set[str], vocabulary: Vocabulary | None) -> set[int]:
    """Return the indices of number words that belong to a name, such as “Channel Four” or “Pier ONE”.

    Such a word is in a block in which not every word is capitalised. It is capitalised although it does not begin a
    sentence, or it is all capitals.
    """
    if vocabulary is None:
        return set()
    places_in_names: set[int] = set()
    block: list[int] = []
    for index in (*range(len(pieces)), None):
        if index is not None and not pieces[index].begins_block:
            block.append(index)
            continue
        if any(len(pieces[each].words) > MAX_SMALL_WORD and pieces[each].words.islower() for each in block):
            places_in_names.update(
                each for each in block if pieces[each].words in figures and _is_capitalised(pieces, each, vocabulary)
            )
        block = []
    return places_in_names


def _is_capitalised(pieces: Sequence[Piece], index: int, vocabulary: Vocabulary) -> bool:
    words = pieces[index].words
    if words == words.lower() or words.lower() in vocabulary.capitalised_numbers or any(map(str.isnumeric, words)):
        return False
    return not _opens_sentence(pieces, index) or (len(words) > 1 and words.isupper())


def _is_figure(pieces: Sequence[Piece], index: int, figures: Set[str]) -> bool:
    if pieces[index].words in figures:
        return _is_visible(pieces[index])
    return pieces[index].words in _UNITS and any(
        any(map(str.isdecimal, side.words)) and _is_visible(side) for side in pieces[max(index - 1, 0) : index + 2]
    )


def _is_name(pieces: Sequence[Piece], index: int, capitalised: Set[str], small: Set[str]) -> bool:
    words = pieces[index].words
    if words not in capitalised or not _is_visible(pieces[index]):
        return False
    return words not in small or not _opens_sentence(pieces, index)


def _opens_sentence(pieces: Sequence[Piece], index: int) -> bool:
    """Return whether the piece is the first word of a sentence or block."""
    for index_before in range(index - 1, -1, -1):
        piece = pieces[index_before]
        if piece.begins_block or piece.words in _SENTENCE_MARKS:
            return True
        if piece.is_word:
            return False
    return True


def _find_marked(pieces: Sequence[Piece]) -> Iterator[Mention]:
    """Yield links, citations and images. Adjacent pieces with the same target are one mention."""

    def mark(index: int) -> str:
        marks = pieces[index].marks
        return next((mark for mark in marks if mark.partition(":")[0] in _MARK_KINDS), "") if marks else ""

    for target, group in groupby(range(len(pieces)), key=mark):
        if target:
            kind, _, name = target.partition(":")
            places = list(group)
            visible_text = " ".join(pieces[index].words for index in places)
            yield Mention(_MARK_KINDS[kind], name, visible_text, places[0], places[-1])


@lru_cache(maxsize=256)
def _pattern_of_numbered_names(names: frozenset[str], language: str) -> re.Pattern[str] | None:
    """Return a pattern for the ``names`` that contain a number or a date, such as “Channel 4” or “G7”, or None.

    Names that are nothing but a date, or nothing but numbers and not in capitals, are left out.
    """
    vocabulary, date = get_vocabulary(language), _date_pattern(language)

    def is_numbered(name: str) -> bool:
        words = name.split()
        numbers = [word for word in words if _is_number_word(word, vocabulary)]
        is_number = len(numbers) == len(words) and not name.isupper()
        return bool(numbers or date.search(name)) and not is_number and not date.fullmatch(name)

    numbered = sorted(filter(is_numbered, names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, numbered))})(?!\w)") if numbered else None


@cache
def _date_pattern(language: str) -> re.Pattern[str]:
    """Return a pattern for dates, in figures or with the names of months or weekdays in ``language``."""
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
