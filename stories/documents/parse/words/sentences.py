"""Cuts a paragraph into sentences, around abbreviations, initials, decimals, degrees and quotations."""

import re
from collections.abc import Callable, Iterator

from stories.documents.parse.words.vocabulary import words

_MARK = "[.!?…؟۔。！？।]"
# A run of marks is tried once, from its first: one that is tried from each of them takes quadratic time.
_END = re.compile(rf"(?<!{_MARK})({_MARK}+)([\"'”’»)\]]*)(?:\[\d{{1,3}}\])*\s+")
_LAST_MARK = re.compile(rf"{_MARK}[\"'”’»)\]]*(?:\[\d{{1,3}}\])*$")
_UNMARKED_SCRIPT = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f][\"'”’»)\]]*$")  # Thai, Lao, Khmer, Burmese
_LAST_WORD = re.compile(r"[^\s(\[“\"‘«]*$")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[]*([\w’'-]+)")
_INITIALISM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_OPENERS = {"“": "”", "«": "»", "„": "“"}

_TITLES = words("sentences", "titles")
_NUMBERED = words("sentences", "numbered")
_ABBREVIATIONS = words("sentences", "abbreviations")
_SMALL = words("sentences", "small")
_STARTERS = words("sentences", "starters")


def sentences(text: str, *, begins: Callable[[int], bool] | None = None) -> list[str]:
    """Return the sentences of one paragraph, without the white space between them.

    ``begins`` may say that the words at a place begin a sentence even after an abbreviation, as in "… the U.S. Reuters
    says …". A quotation is never cut, unless its marks do not pair.
    """
    return [text[start:end] for start, end in sentence_spans(text, begins=begins)]


def is_complete(line: str, following: str) -> bool:
    """Say whether a sentence ends with ``line``, given the line after it: otherwise the line was broken inside one."""
    if _LAST_MARK.search(line) is None:
        return False
    end = f"{line[-200:]} {following[:100]}"
    length = len(line[-200:])
    matches = list(_END.finditer(end, 0, length + 1))
    if not matches or not _may_begin(end, matches[-1].end(), None):
        return False
    match = matches[-1]
    return match[1] != "." or bool(match[2]) or not _goes_on(end, match.start(), match.end(), None)


def stops(line: str) -> bool:
    """Say whether ``line`` ends as a sentence does, or is of a script that needs no mark there."""
    return _LAST_MARK.search(line) is not None or _UNMARKED_SCRIPT.search(line) is not None


def sentence_spans(text: str, *, begins: Callable[[int], bool] | None = None) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of ``text`` begins and ends."""
    start = len(text) - len(text.lstrip())
    quoted = _Quotations(text)
    for match in _END.finditer(text):
        after = match.end()
        if after >= len(text):
            break
        if quoted.open_at(match.end(2)) or not _may_begin(text, after, begins):
            continue
        if match[1] == "." and not match[2] and _goes_on(text, match.start(), after, begins):
            continue
        if match[1] == "." and text[start : match.start()].isdigit():
            continue  # "1. Who pays?"
        yield start, match.end() - (len(match[0]) - len(match[0].rstrip()))
        start = after
    if end := text[start:].rstrip():
        yield start, start + len(end)


def _may_begin(text: str, after: int, begins: Callable[[int], bool] | None) -> bool:
    word = _NEXT_WORD.match(text, after)
    return word is None or not word[1][0].islower() or bool(begins and begins(after))


def _goes_on(text: str, stop: int, after: int, begins: Callable[[int], bool] | None) -> bool:
    """Say whether the full stop at ``stop`` belongs to an abbreviation inside the sentence."""
    found = _LAST_WORD.search(text, max(0, stop - 40), stop)
    word = found[0] if found else ""
    following = _NEXT_WORD.match(text, after)
    following_word = following[1] if following else ""
    short = word.rsplit("—", 1)[-1].rsplit("–", 1)[-1]
    if len(short) > 2 and short.isalpha() and short.isupper():
        return False  # "EST" is no "est."
    short = short.lower()
    if short in _NUMBERED:
        return following_word[:1].isdigit()
    if word.islower() and short not in _SMALL and not _INITIALISM.search(word):
        return False
    if short in _TITLES or short in ("e.g", "i.e"):
        return True
    is_initial = len(word) == 1 and word.isupper() and text[stop - 2 : stop - 1] != "°"
    if is_initial or short in _ABBREVIATIONS or _INITIALISM.search(word):
        return not (following_word.lower() in _STARTERS or (begins is not None and begins(after)))
    return False


class _Quotations:
    """Knows which places lie inside a quotation; a mark without its partner is taken as no mark."""

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

    def open_at(self, place: int) -> bool:
        """Say whether ``place`` is inside; ask in rising order."""
        while self._next < len(self._spans) and self._spans[self._next][1] < place:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] < place <= self._spans[self._next][1]
