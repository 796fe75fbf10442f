"""Split paragraphs into sentences, without being misled by abbreviations, decimals and quotations."""

import re
from collections.abc import Callable, Iterator

from stories.documents.parse.words.vocabulary import load_words

_MARK = "[.!?…؟۔。！？।]"
# With the look-behind, a run of marks matches only from its first mark. Matching from each would take quadratic time.
_END = re.compile(rf"(?<!{_MARK})({_MARK}+)([\"'”’»)\]]*)(?:\[\d{{1,3}}\])*\s+")
_LAST_MARK = re.compile(rf"{_MARK}[\"'”’»)\]]*(?:\[\d{{1,3}}\])*$")
_UNMARKED_SCRIPT = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f][\"'”’»)\]]*$")  # Thai, Lao, Khmer, Burmese
_LAST_WORD = re.compile(r"[^\s(\[“\"‘«]*$")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[]*([\w’'-]+)")
_INITIALISM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_OPENERS = {"“": "”", "«": "»", "„": "“"}

_TITLES = load_words("sentences", "titles")
_NUMBERED = load_words("sentences", "numbered")
_ABBREVIATIONS = load_words("sentences", "abbreviations")
_LOWER_CASE_ABBREVIATIONS = load_words("sentences", "small")
_STARTERS = load_words("sentences", "starters")


def split_sentences(text: str, *, may_begin_sentence: Callable[[int], bool] | None = None) -> list[str]:
    """Return the sentences of a paragraph, without the white space between them.

    ``may_begin_sentence(position)`` returns whether a sentence may begin at ``position`` even after an abbreviation or
    in lower case, as in "… the U.S. Reuters says …". A quotation in double quotation marks is not split if
    the marks are paired.
    """
    return [text[start:end] for start, end in iter_sentence_spans(text, may_begin_sentence=may_begin_sentence)]


def ends_sentence(line: str, following: str) -> bool:
    """Return whether a sentence ends with ``line`` rather than continuing in ``following``, the next line."""
    if _LAST_MARK.search(line) is None:
        return False
    end = f"{line[-200:]} {following[:100]}"
    length = len(line[-200:])
    matches = list(_END.finditer(end, 0, length + 1))
    if not matches or not _may_begin(end, matches[-1].end(), None):
        return False
    match = matches[-1]
    return match[1] != "." or bool(match[2]) or not _is_within_sentence(end, match.start(), match.end(), None)


def has_end_mark(line: str) -> bool:
    """Return whether ``line`` ends like a sentence, or is in a script that does not mark the ends of sentences."""
    return _LAST_MARK.search(line) is not None or _UNMARKED_SCRIPT.search(line) is not None


def iter_sentence_spans(
    text: str, *, may_begin_sentence: Callable[[int], bool] | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence of ``text``; see ``split_sentences`` for ``may_begin_sentence``."""
    start = len(text) - len(text.lstrip())
    quotations = _Quotations(text)
    for match in _END.finditer(text):
        next_start = match.end()
        if next_start >= len(text):
            break
        if quotations.open_at(match.end(2)) or not _may_begin(text, next_start, may_begin_sentence):
            continue
        if (
            match[1] == "."
            and not match[2]
            and _is_within_sentence(text, match.start(), next_start, may_begin_sentence)
        ):
            continue
        if match[1] == "." and text[start : match.start()].isdigit():
            continue  # the number of a list item: "1. Who pays?"
        yield start, match.end() - (len(match[0]) - len(match[0].rstrip()))
        start = next_start
    if end := text[start:].rstrip():
        yield start, start + len(end)


def _may_begin(text: str, next_start: int, may_begin_sentence: Callable[[int], bool] | None) -> bool:
    word = _NEXT_WORD.match(text, next_start)
    return word is None or not word[1][0].islower() or bool(may_begin_sentence and may_begin_sentence(next_start))


def _is_within_sentence(
    text: str, stop: int, next_start: int, may_begin_sentence: Callable[[int], bool] | None
) -> bool:
    """Return whether the full stop at ``stop`` belongs to an abbreviation within the sentence."""
    match = _LAST_WORD.search(text, max(0, stop - 40), stop)
    word = match[0] if match else ""
    following = _NEXT_WORD.match(text, next_start)
    following_word = following[1] if following else ""
    abbreviation = word.rsplit("—", 1)[-1].rsplit("–", 1)[-1]
    if len(abbreviation) > 2 and abbreviation.isalpha() and abbreviation.isupper():
        return False  # "EST" is not the abbreviation "est."
    abbreviation = abbreviation.lower()
    if abbreviation in _NUMBERED:
        return following_word[:1].isdigit()
    if word.islower() and abbreviation not in _LOWER_CASE_ABBREVIATIONS and not _INITIALISM.search(word):
        return False
    if abbreviation in _TITLES or abbreviation in ("e.g", "i.e"):
        return True
    is_initial = len(word) == 1 and word.isupper() and text[stop - 2 : stop - 1] != "°"
    if is_initial or abbreviation in _ABBREVIATIONS or _INITIALISM.search(word):
        return not (
            following_word.lower() in _STARTERS or (may_begin_sentence is not None and may_begin_sentence(next_start))
        )
    return False


class _Quotations:
    """The spans of a text that are inside quotations.

    Unpaired marks are ignored. Straight marks are all ignored if their number is odd.
    """

    def __init__(self, text: str) -> None:
        self._spans = sorted([*self._paired(text), *self._straight(text)])
        self._next = 0

    @staticmethod
    def _paired(text: str) -> Iterator[tuple[int, int]]:
        opened: list[tuple[int, str]] = []
        for match in re.finditer("[“”«»„]", text):
            mark = match[0]
            if opened and opened[-1][1] == mark:
                start, _ = opened.pop()
                if not opened:
                    yield start, match.start()
            elif mark in _OPENERS:
                opened.append((match.start(), _OPENERS[mark]))

    @staticmethod
    def _straight(text: str) -> Iterator[tuple[int, int]]:
        places = [match.start() for match in re.finditer('"', text)]
        if len(places) % 2 == 0:
            yield from zip(places[::2], places[1::2], strict=True)

    def open_at(self, position: int) -> bool:
        """Return whether ``position`` is inside a quotation. Positions must not decrease between calls."""
        while self._next < len(self._spans) and self._spans[self._next][1] < position:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] < position <= self._spans[self._next][1]
