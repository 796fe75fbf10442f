"""Numbers in digits and in words: “3.4”, “two hundred and five”, “zweiundzwanzig”, “mil quinientos millones”."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple, Self

from newsroom.text.fold import fold
from newsroom.text.vocabulary import Phrases, Token, Vocabulary

_MAX_WORDS = 14  # tokens in one number
_MAX_DIGITS = 18
_HUNDRED, _THOUSAND = 100, 1000
_DIGIT_SEPARATORS = re.compile("[.,٫٬\u00a0\u2009\u202f ]")
_HALF = Decimal("0.5")
CURRENCIES = frozenset("$€£¥₹₺₽₪")


class Number(NamedTuple):
    """A number that ends before the token ``end``.

    ``scale`` is the value of words such as “million” at its end. ``is_one`` says that it is only the word “one”,
    ``is_round`` that its word names a round number, such as Spanish “treintena”.
    """

    value: Decimal
    end: int
    in_digits: bool = False
    scale: Decimal = Decimal(1)
    is_one: bool = False
    is_round: bool = False


class _Sum(NamedTuple):
    """A number while its words are read: what is complete, what the next scale multiplies, and what may follow."""

    total: Decimal = Decimal(0)
    current: Decimal = Decimal(0)
    grain: Decimal | None = None
    scale: Decimal | None = None

    @property
    def value(self) -> Decimal:
        return self.total + self.current

    def add(self, value: Decimal, *, may_reverse: bool, has_twenties: bool) -> Self | None:
        if self.grain is None:
            if self.scale is not None and value >= self.scale:
                return None
            return self._replace(current=value, grain=_grain(value, has_twenties=has_twenties))
        if has_twenties and self.current == 4 and value == 20:
            return self._replace(current=self.current * value, grain=value)
        # Units before tens, as in “zweiundzwanzig” and “خمسة عشر”.
        is_reversed = may_reverse and self.current % 10 != 0 and self.current % _HUNDRED < 10 <= value < _HUNDRED
        if not 0 < value < self.grain and not (is_reversed and value % 10 == 0):
            return None
        return self._replace(
            current=self.current + value, grain=Decimal(1) if is_reversed else _grain(value, has_twenties=has_twenties)
        )

    def multiply(self, scale: Decimal) -> Self | None:
        if scale < _THOUSAND:
            if self.current >= _HUNDRED:
                return None
            return self._replace(current=(self.current or 1) * scale, grain=_grain(scale))
        if self.scale is None or scale < self.scale:
            return self._replace(
                total=self.total + (self.current or 1) * scale, current=Decimal(0), grain=None, scale=scale
            )
        if scale > self.scale:
            return self._replace(total=self.value * scale, current=Decimal(0), grain=None, scale=scale)
        return None


def _grain(value: Decimal, *, has_twenties: bool = False) -> Decimal:
    """Return the number below which other numbers may be added: 10 after 20, 100 after 300, 20 after French 60."""
    if has_twenties and value in (10, 60):
        return Decimal(10) if value == 10 else Decimal(20)
    if value < 20 or value % 1:
        return Decimal(1)
    grain = Decimal(10)
    while value % (grain * 10) == 0:
        grain *= 10
    return grain


class NumberReader:
    """Reads the numbers of one language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        numbers = vocabulary.numbers("numbers")
        self._scales = {fold(word): value for word, value in vocabulary.numbers("scales").items()}
        self._round = {fold(word): value for word, value in vocabulary.numbers("collectives").items()}
        self._numbers = {fold(word): value for word, value in numbers.items()}
        self._alone = vocabulary.words("amounts", "alone")
        self._one = vocabulary.words("amounts", "one")
        self._articles = vocabulary.words("amounts", "articles") | self._one
        self._million_before = vocabulary.words("amounts", "million_before")
        self._joiners = vocabulary.words("amounts", "joiners")
        self.halves = Phrases(dict.fromkeys(vocabulary.list_phrases("amounts", "halves"), True))
        self._prefix = vocabulary.setting("amounts", "units_first")
        self._compound = vocabulary.setting("amounts", "compounds")
        self._may_reverse = bool(self._prefix or self._compound)
        self._has_twenties = bool(vocabulary.setting("amounts", "twenties"))
        self._groups = vocabulary.setting("amounts", "group")

    @cached_property
    def _morphemes(self) -> re.Pattern[str]:
        """The parts of a word such as “zweihundertfünfzig”."""
        words = {*self._numbers, *(word for word, value in self._scales.items() if value <= _THOUSAND), self._compound}
        return re.compile("|".join(sorted(words, key=len, reverse=True)))

    def read(self, tokens: Sequence[Token], index: int) -> Number | None:
        """Return the number that begins at ``index``, or None."""
        if index >= len(tokens):
            return None
        if tokens[index].is_number:
            return self._read_digits(tokens, index)
        return self._read_half(tokens, index) or self._read_words(tokens, index)

    def is_article(self, token: Token) -> bool:
        """Return whether a word may be an article or the number one."""
        return token.word in self._articles

    def _read_digits(self, tokens: Sequence[Token], index: int) -> Number | None:
        value = self.parse_digits(tokens[index].text)
        if value is None:
            return None
        end, state = index + 1, _Sum(current=value)
        while end < len(tokens) and (scale := self._scale_after(tokens, end)) and (scaled := state.multiply(scale)):
            state, end = scaled, end + 1
            is_abbreviation = len(tokens[end - 1].word) == 3 and end + 1 < len(tokens) and tokens[end].text == "."
            end += is_abbreviation  # “3 Mio. Euro”
        if state.scale is None and (half := self.half_after(tokens, end)):
            return Number(value + _HALF, half, in_digits=True)
        return Number(state.value, end, in_digits=True, scale=state.value / value if value else Decimal(1))

    def _scale_after(self, tokens: Sequence[Token], index: int) -> Decimal | None:
        """Return the scale at ``index``. “m” also means metres: it counts only beside a currency or before “people”.

        So does any other letter that is apart from the digits.
        """
        word = tokens[index].word
        scale = self._scales.get(word)
        if scale is None or scale <= _HUNDRED:
            return None
        is_attached = tokens[index - 1].end == tokens[index].start
        if len(word) > 1 or (is_attached and word != "m"):
            return scale
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_million = following and (following.text in CURRENCIES or following.word in self._million_before)
        return scale if is_million or (index > 1 and tokens[index - 2].text in CURRENCIES) else None

    def parse_digits(self, text: str) -> Decimal | None:
        """Return the value of digits with the separators of the language, or None."""
        parts = _DIGIT_SEPARATORS.split(text)
        separators = _DIGIT_SEPARATORS.findall(text)
        if sum(map(len, parts)) > _MAX_DIGITS:
            return None
        decimals = ""
        if separators and not self._groups_thousands(parts, separators):
            decimals = parts.pop()
            if not self._groups_thousands(parts, separators := separators[:-1]) or len(set(separators)) > 1:
                return None
        try:
            return Decimal(
                "".join(str(int(digit)) for digit in "".join(parts)) + (f".{int_digits(decimals)}" if decimals else "")
            )
        except InvalidOperation:
            return None

    def _groups_thousands(self, parts: Sequence[str], separators: Sequence[str]) -> bool:
        groups = self._groups + "٬\u00a0\u2009\u202f"
        return (
            all(separator in groups for separator in separators)
            and all(len(part) == 3 for part in parts[1:])
            and (not separators or (len(parts[0]) <= 3 and parts[0].strip("0٠") != ""))
        )

    def _read_half(self, tokens: Sequence[Token], index: int) -> Number | None:
        """Read “half a million”, “medio millón”, “eine halbe Million”, “millón y medio”."""
        if (scale := self._scale(tokens[index].word)) and (after := self.half_after(tokens, index + 1)):
            return Number(scale + scale * _HALF, after, scale=scale)
        start = index + 1 if self.is_article(tokens[index]) else index
        half = self.halves.match(tokens, start)
        if half is None:
            return None
        end = half[1]
        if end < len(tokens) and self.is_article(tokens[end]):
            end += 1
        scale = self._scale(tokens[end].word) if end < len(tokens) else None
        return Number(scale * _HALF, end + 1, scale=scale) if scale else None

    def _scale(self, word: str) -> Decimal | None:
        return self._scales.get(word) if len(word) > 2 else None

    def _read_words(self, tokens: Sequence[Token], index: int) -> Number | None:
        state, end = _Sum(), index
        is_round = is_one = False
        lead: Decimal | None = None  # the number before the words for a scale at the end
        has_article = tokens[index].word in self._articles and tokens[index].word not in self._numbers
        if has_article:
            end += 1
            if end >= len(tokens) or not (self._scale(tokens[end].word) or tokens[end].word in self._round):
                return None
        first = end
        while end < min(len(tokens), index + _MAX_WORDS):
            joined = end + 1 if end > first and self._is_joint(tokens[end]) else end
            if joined >= len(tokens):
                break
            step = self._step(state, tokens[joined].word, has_number=end > first or has_article)
            if step is None:
                break
            if end == first and not has_article:
                is_one = tokens[joined].word in self._one
            elif end > first:
                is_one = False
            if self._scale(tokens[joined].word) is None:
                lead = None
            elif lead is None:
                lead = state.value or Decimal(1)
            is_round |= tokens[joined].word in self._round
            state, end = step, joined + 1
        if end == first:
            return None
        value = state.value
        if half := self.half_after(tokens, end):
            value += _HALF * (state.scale if state.scale is not None and not state.current else 1)
            end, is_one = half, False
            if end < len(tokens) and state.scale is None and (scale := self._scale(tokens[end].word)):
                lead, value, end = value, value * scale, end + 1
        return Number(value, end, scale=value / lead if lead else Decimal(1), is_one=is_one, is_round=is_round)

    def _is_joint(self, token: Token) -> bool:
        return token.word in self._joiners or token.text in "-‑"

    def half_after(self, tokens: Sequence[Token], index: int) -> int | None:
        """Return the index after “and a half”, if that begins at ``index``, or None."""
        if index >= len(tokens):
            return None
        if self._prefix and tokens[index].word.startswith(self._prefix):
            rest = tokens[index]._replace(word=tokens[index].word.removeprefix(self._prefix))
            return index + 1 if self.halves.match([rest], 0) else None
        if tokens[index].word not in self._joiners:
            return None
        start = index + 1
        if start < len(tokens) and self.is_article(tokens[start]):
            start += 1
        half = self.halves.match(tokens, start)
        if half is None or (half[1] < len(tokens) and self.is_article(tokens[half[1]])):
            return None  # “three barrels and half a dozen eggs”
        return half[1]

    def _step(self, state: _Sum, word: str, *, has_number: bool) -> _Sum | None:
        """Return the sum after the next word of a number, or None if the word does not continue it."""
        after: _Sum | None = state
        for kind, value in self._parts_of(word, has_number=has_number):
            if after is None:
                return None
            after = self._add(after, value) if kind == "number" else after.multiply(value)
        return None if after is state else after

    def _add(self, state: _Sum, value: Decimal) -> _Sum | None:
        return state.add(value, may_reverse=self._may_reverse, has_twenties=self._has_twenties)

    def _parts_of(self, word: str, *, has_number: bool) -> Iterator[tuple[str, Decimal]]:
        if self._prefix and has_number and word.startswith(self._prefix):
            bare = word.removeprefix(self._prefix)
            word = bare if bare in self._numbers or bare in self._scales else word
        elif self._vocabulary.prefixes and not has_number and word[:1] in self._vocabulary.prefixes:
            word = (
                word[1:]
                if word not in self._numbers and (word[1:] in self._numbers or word[1:] in self._alone)
                else word
            )
        if word in self._numbers:
            yield "number", self._numbers[word]
        elif scale := self._scale(word):
            if has_number or word in self._alone:
                yield "scale", scale
        elif word in self._round:
            if has_number:
                yield "scale", self._round[word]
        elif self._compound:
            yield from self._parts_of_compound(word)

    def _parts_of_compound(self, word: str) -> Iterator[tuple[str, Decimal]]:
        parts = self._morphemes.findall(word)
        if "".join(parts) == word and len(parts) > 1 and parts[-1] != self._compound:
            for part in parts:
                if part in self._scales:
                    yield "scale", self._scales[part]
                elif part != self._compound:
                    yield "number", self._numbers[part]


def int_digits(digits: str) -> str:
    """Return decimal digits of any script as ASCII digits."""
    return "".join(str(int(digit)) for digit in digits)
