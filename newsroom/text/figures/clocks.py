"""Times of day in a text: “4.52 on Wednesday morning”, “eight minutes to five”, “7 Uhr 30”, “a las 21.15”."""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from functools import cache
from typing import NamedTuple

from newsroom.text.figures.numbers import NumberReader
from newsroom.text.vocabulary import Phrases, Token, Vocabulary, load_vocabulary, tokenize

_HOURS_AND_MINUTES = re.compile(r"(\d{1,2})[.:h]([0-5]\d)")
_HALF_A_DAY, _HOURS = 12, 24
_HOUR = 60
_PART_TOKENS = 7  # from a time, in which “morning” or “evening” is searched
_MARKS = frozenset(",;()،؛")


class NamedTime(NamedTuple):
    """A time of day at ``start`` to ``end`` of a text. Without words such as “evening”, five is in the morning."""

    start: int
    end: int
    at: time


class _Reader:
    """Reads the times of one language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._numbers = NumberReader(vocabulary)
        self._before = vocabulary.phrases("clocks", "before")
        self._hours: Phrases[str] = vocabulary.phrases("clocks", "hours")
        self._units = vocabulary.phrases("units")
        self._parts = vocabulary.phrases("clocks", "morning", "evening")
        self._steps = {
            step: vocabulary.phrases("clocks", name)
            for step, name in ((1, "past"), (-1, "to"), (30, "half_past"), (15, "quarter_past"), (-15, "quarter_to"))
        }

    def find(self, text: str) -> Iterator[NamedTime]:
        tokens = tokenize(text)
        index = 0
        while index < len(tokens):
            found = self._read(text, tokens, index)
            if found is None:
                index += 1
                continue
            minutes, end = found
            if self._part(tokens, index) == "evening" and minutes < _HALF_A_DAY * _HOUR:
                minutes += _HALF_A_DAY * _HOUR
            yield NamedTime(tokens[index].start, tokens[end - 1].end, time(minutes // _HOUR, minutes % _HOUR))
            index = end

    def _read(self, text: str, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        """Return the minutes since midnight of the time that begins at a token, and the index after it, or None."""
        digits = _HOURS_AND_MINUTES.match(text, tokens[index].start)
        if digits and int(digits[1]) < _HOURS and not text[digits.end() : digits.end() + 1].isdecimal():
            end = next((at for at in range(index, len(tokens)) if tokens[at].start >= digits.end()), len(tokens))
            if ":" in digits[0] or "h" in digits[0] or self._is_time(tokens, index, end):
                hours = self._hours.match(tokens, end)
                return int(digits[1]) * _HOUR + int(digits[2]), hours[1] if hours else end
        for step in (30, 15, -15):
            if (words := self._steps[step].match(tokens, index)) and (hour := self._hour(tokens, words[1])):
                return _count(hour[0], step), hour[1]
        number = self._hour(tokens, index, most=_HOUR - 1)
        if number is None:
            return None
        for step in (1, -1):
            if (words := self._steps[step].match(tokens, number[1])) and (hour := self._hour(tokens, words[1])):
                return _count(hour[0], step * number[0]), hour[1]
        # “Six heures” may be a duration.
        is_duration = self._units.match(tokens, number[1]) and not self._before.ends_before(tokens, index)
        if number[0] < _HOURS and not is_duration and (hours := self._hours.match(tokens, number[1])):
            minutes = self._hour(tokens, hours[1], most=_HOUR - 1) if tokens[index].is_number else None
            return number[0] * _HOUR + (minutes[0] if minutes else 0), minutes[1] if minutes else hours[1]
        is_time = number[0] < _HOURS and self._before.ends_before(tokens, index) and self._part(tokens, index)
        return (number[0] * _HOUR, number[1]) if is_time else None

    def _hour(self, tokens: Sequence[Token], index: int, *, most: int = _HALF_A_DAY) -> tuple[int, int] | None:
        number = self._numbers.read(tokens, index)
        if number is None or number.value % 1 or not 0 <= number.value <= most:
            return None
        return int(number.value), number.end

    def _is_time(self, tokens: Sequence[Token], index: int, end: int) -> bool:
        if self._units.match(tokens, end):
            return False  # “at 3.25 percent”
        is_named = self._before.ends_before(tokens, index) or self._hours.match(tokens, end) is not None
        return is_named or self._part(tokens, index) != ""

    def _part(self, tokens: Sequence[Token], index: int) -> str:
        """Return ``morning`` or ``evening`` by a word after a time, before the next mark, or nothing."""
        for at in range(index, min(index + _PART_TOKENS, len(tokens))):
            if tokens[at].text in _MARKS:
                break
            if part := self._parts.match(tokens, at):
                return part[0]
        return ""


def _count(hour: int, minutes: int) -> int:
    return (hour * _HOUR + minutes) % (_HOURS * _HOUR)


@cache
def _reader(language: str) -> _Reader | None:
    vocabulary = load_vocabulary(language)
    return _Reader(vocabulary) if vocabulary else None


def find_times(text: str, language: str) -> list[NamedTime]:
    """Return the times of day in a text, or none without word lists for the language."""
    reader = _reader(language)
    return list(reader.find(text)) if reader else []
