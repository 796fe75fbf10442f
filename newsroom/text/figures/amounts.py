"""Amounts in a text: a number or range in digits or words, its bounds, its unit, and whether it is approximate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from newsroom.text.figures.days import find_days
from newsroom.text.figures.numbers import CURRENCIES, Number, NumberReader
from newsroom.text.fold import fold
from newsroom.text.vocabulary import Phrases, Token, Vocabulary, load_vocabulary, tokenize

COUNT = "count"
_DASHES = frozenset("-‑–—−")
_MINUS = frozenset("-−–")
_YEARS = range(1900, 2101)
_MAX_SHARE = 1000
_HOURS = 24
_ANY_DAY = date(2000, 1, 1)
_SCORE_CONTEXT = 5  # tokens before a score in which a word such as “won” is searched


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at ``start`` to ``end`` of a text.

    ``low`` is None after a phrase such as “up to”, ``high`` after one such as “at least”. Units are not converted:
    ``unit`` is the kind of the unit, such as ``length``, or ``count``.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    approximate: bool
    unit: str


class _Range(NamedTuple):
    low: Decimal
    high: Decimal
    end: int
    unit: str
    is_one: bool = False
    is_round: bool = False
    is_bare: bool = False  # digits without a word for the scale, which may be a year


class _Reader:
    """Reads the amounts of one language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        phrases = vocabulary.phrases
        self._vocabulary = vocabulary
        self._numbers = NumberReader(vocabulary)
        self._bounds = phrases("amounts", "at_least", "at_most", "about")
        self._bounds_after = phrases("amounts", "at_least_after", "at_most_after", "about_after")
        self._between = phrases("amounts", "between")
        self._between_and = vocabulary.words("amounts", "between_and")
        self._to = phrases("amounts", "to")
        self._or = vocabulary.words("amounts", "or")
        self._change = vocabulary.words("amounts", "change")
        self._nobody = phrases("amounts", "nobody")
        self._minus = phrases("amounts", "minus")
        self._below_zero = phrases("amounts", "below_zero")
        self._vague = phrases("amounts", "vague")
        self._after_scale = vocabulary.words("amounts", "after_scale")
        self._share_of = phrases("amounts", "shares")
        self._every = vocabulary.words("amounts", "every")
        self._ordinals = {fold(word): value for word, value in vocabulary.numbers("ordinals").items()}
        self._shares = Phrases(vocabulary.numbers("shares"), prefixes=vocabulary.prefixes)
        self._denominators = Phrases(vocabulary.numbers("denominators"), prefixes=vocabulary.prefixes)
        self._bare_half = vocabulary.words("amounts", "bare_half")
        self._units = phrases("units")
        self._duals = phrases("duals")
        self._numbered = phrases("amounts", "numbered")
        self._year_before = phrases("amounts", "year_before")
        self._clock_before = phrases("amounts", "clock_before")
        self._clock_after = phrases("amounts", "clock_after")
        self._clock_between = vocabulary.words("amounts", "clock_between")
        self._scores = vocabulary.words("amounts", "scores")
        self._function_words = vocabulary.words("amounts", "function_words")

    def tokenize(self, text: str) -> list[Token]:
        return tokenize(text, spaces_group=self._vocabulary.spaces_group)

    def find(self, tokens: Sequence[Token], dates: Mapping[int, int]) -> Iterator[Amount]:
        """Yield the amounts outside the dates, which are given as the end for each start."""
        index = date_end = 0
        while index < len(tokens):
            date_end = max(date_end, dates.get(tokens[index].start, 0))
            if tokens[index].start < date_end:
                index += 1
                continue
            amount, index = self._read(tokens, index)
            if amount is not None:
                yield amount

    def _read(self, tokens: Sequence[Token], start: int) -> tuple[Amount | None, int]:
        """Return the amount that begins at a token, or None, and the index at which to go on."""
        if nobody := self._nobody.match(tokens, start):
            return self._make(tokens, start, nobody[1], Decimal(0), Decimal(0)), nobody[1]
        if (dual := self._duals.match(tokens, start)) and not self._numbers.read(tokens, start):
            return self._make(tokens, start, dual[1], Decimal(2), Decimal(2), unit=dual[0]), dual[1]
        bounds, index = self._read_bounds(tokens, start)
        found = self._read_range(tokens, index)
        if found is None:
            return None, start + 1
        if bounds == set() and self._is_no_amount(tokens, index, found):
            return None, found.end
        if self._vague.ends_before(tokens, start):
            return None, found.end
        end = self._read_bounds_after(tokens, found, bounds)
        low = None if "at_most" in bounds and found.low == found.high else found.low
        high = None if "at_least" in bounds and found.low == found.high else found.high
        if low is None and high is None:
            low, high = found.low, found.high
        is_approximate = found.is_round or "about" in bounds
        return self._make(tokens, start, end, low, high, unit=found.unit, approximate=is_approximate), end

    @staticmethod
    def _make(
        tokens: Sequence[Token],
        start: int,
        end: int,
        low: Decimal | None,
        high: Decimal | None,
        *,
        unit: str = COUNT,
        approximate: bool = False,
    ) -> Amount:
        return Amount(tokens[start].start, tokens[end - 1].end, low, high, approximate, unit)

    def _read_bounds(self, tokens: Sequence[Token], index: int) -> tuple[set[str], int]:
        """Return the bounds before an amount, of which at most two phrases count, and the index after them."""
        bounds: set[str] = set()
        for _ in range(2):
            if found := self._bounds.match(tokens, index):
                bounds.add(found[0])
                index = found[1]
        return bounds, index

    def _read_bounds_after(self, tokens: Sequence[Token], found: _Range, bounds: set[str]) -> int:
        """Add the bounds after an amount, as in “20 or so” and “30 people at least”. Return the index after it."""
        end = found.end
        hyphen = end < len(tokens) and tokens[end].text in "-‑"
        while (after := self._bounds_after.match(tokens, end + hyphen)) is not None:
            bounds.add(after[0].removesuffix("_after"))
            end, hyphen = after[1], False
        if end == found.end < len(tokens) and found.unit == COUNT and tokens[end].is_word:
            after = self._bounds_after.match(tokens, end + 1)
            if after and not self._numbers.read(tokens, after[1]):
                bounds.add(after[0].removesuffix("_after"))
        return end

    def _read_range(self, tokens: Sequence[Token], index: int) -> _Range | None:
        if between := self._between.match(tokens, index):
            start = self._read_sign(tokens, between[1])[1]
            first = self._numbers.read(tokens, start)
            found = self._read_second(tokens, first, self._skip_and(tokens, first.end)) if first else None
            return self._with_currency(tokens, start, found)
        if share := self._read_share(tokens, index):
            return share
        sign, start = self._read_sign(tokens, index)
        number = self._numbers.read(tokens, start)
        if number is None:
            return self._read_half_unit(tokens, index)
        found = self._with_currency(tokens, start, self._read_to(tokens, start, number))
        return found or self._finish(tokens, number, number, index=start, sign=sign)

    @staticmethod
    def _with_currency(tokens: Sequence[Token], start: int, found: _Range | None) -> _Range | None:
        is_money = found is not None and found.unit == COUNT and start > 0 and tokens[start - 1].text in CURRENCIES
        return found._replace(unit="money") if found and is_money else found

    def _skip_and(self, tokens: Sequence[Token], index: int) -> int | None:
        """Return the index after “and”, which may be written together with the second number, or None."""
        unit = self._units.match(tokens, index)
        index = unit[1] if unit else index
        if index >= len(tokens):
            return None
        word = tokens[index].word
        if word in self._between_and:
            return index + 1
        return (
            index
            if any(word.startswith(each) for each in self._between_and if each in self._vocabulary.prefixes)
            else None
        )

    def _read_second(self, tokens: Sequence[Token], first: Number, index: int | None) -> _Range | None:
        if index is None:
            return None
        if (currency := index < len(tokens) and tokens[index].text in CURRENCIES) or (
            index < len(tokens) and tokens[index].word in self._between_and
        ):
            index += 1
        second = self._numbers.read(tokens, index) or self._read_joined(tokens, index)
        if second is None:
            return None
        found = self._finish(tokens, first, second, index=index)
        if found.low > found.high:
            return None
        return found._replace(unit="money") if currency else found

    def _read_joined(self, tokens: Sequence[Token], index: int) -> Number | None:
        """Read the number of which the first word has a letter such as و before it."""
        if (
            index >= len(tokens)
            or tokens[index].word[:1] not in self._vocabulary.prefixes
            or not self._vocabulary.prefixes
        ):
            return None
        bare = tokens[index]._replace(word=tokens[index].word[1:])
        number = self._numbers.read([bare, *tokens[index + 1 : index + 8]], 0)
        return number._replace(end=number.end + index) if number else None

    def _read_to(self, tokens: Sequence[Token], start: int, first: Number) -> _Range | None:
        """Read the second end of “15–20”, “three to five” or “two or three”."""
        index = first.end
        if index >= len(tokens):
            return None
        unit = self._units.match(tokens, index)
        dash = unit[1] if unit and tokens[index].text == "%" else index
        if dash < len(tokens) and tokens[dash].text in _DASHES and not (start and tokens[start - 1].text in _DASHES):
            is_tight = tokens[dash].start == tokens[dash - 1].end or tokens[dash].text in "–"
            return self._read_second(tokens, first, dash + 1) if is_tight else None
        to = self._to.match(tokens, unit[1] if unit else index)
        if to and not (start and tokens[start - 1].word in self._change):
            return self._read_second(tokens, first, to[1])
        if tokens[index].word in self._or:
            found = self._read_second(tokens, first, index + 1)
            return found if found and found.high <= found.low + 1 else None
        return None

    def _read_sign(self, tokens: Sequence[Token], index: int) -> tuple[int, int]:
        if minus := self._minus.match(tokens, index):
            return -1, minus[1]
        if index + 1 < len(tokens) and tokens[index].text in _MINUS and tokens[index + 1].is_number:
            is_loose = index == 0 or tokens[index - 1].end < tokens[index].start
            if is_loose and tokens[index].end == tokens[index + 1].start:
                return -1, index + 1
        return 1, index + (index < len(tokens) and tokens[index].text in CURRENCIES)

    def _finish(self, tokens: Sequence[Token], first: Number, second: Number, *, index: int, sign: int = 1) -> _Range:
        """Return the range of two numbers, or of one given twice, with the unit after it."""
        low, high = sign * first.value, sign * second.value
        if first.scale == 1 and second.in_digits == first.in_digits and first.value <= second.value / second.scale:
            low *= second.scale  # “40 and 45 million”
        unit, end = self._read_unit(tokens, second)
        if unit == COUNT and index and tokens[index - 1].text in CURRENCIES:
            unit = "money"
        if half := unit not in (COUNT, "percent") and self._numbers.half_after(tokens, end):
            low, high, end = low + Decimal("0.5"), high + Decimal("0.5"), half
        if below := self._below_zero.match(tokens, end):
            low, high, end = -abs(high), -abs(low), below[1]
            unit = "temperature" if unit == COUNT else unit
        is_bare = second.in_digits and second.scale == 1 and first.in_digits
        is_round = first.is_round or second.is_round
        return _Range(low, high, end, unit, is_one=second.is_one, is_round=is_round, is_bare=is_bare)

    def _read_unit(self, tokens: Sequence[Token], number: Number) -> tuple[str, int]:
        end = number.end
        start = end
        if start < len(tokens) and tokens[start].word in self._after_scale:
            start += 1
            if start < len(tokens) and tokens[start].text in "'’":
                start += 1
        elif start < len(tokens) and tokens[start].text in "-‑" and tokens[start].start == tokens[start - 1].end:
            start += 1
        if start < len(tokens) and tokens[start].text in CURRENCIES:
            return "money", start + 1
        unit = self._units.match(tokens, start)
        if unit is None:
            return COUNT, end
        is_letter = unit[1] == start + 1 and len(tokens[start].text) == 1 and tokens[start].is_word
        if is_letter and not number.in_digits:
            return COUNT, end
        return unit

    def _read_half_unit(self, tokens: Sequence[Token], index: int) -> _Range | None:
        """Read “half an hour”, “media hora”, “eine halbe Stunde”, “an hour and a half”."""
        halves = self._numbers.halves
        article = index + 1 if index < len(tokens) and self._numbers.is_article(tokens[index]) else index
        half = halves.match(tokens, article)
        start = half[1] if half else article
        if half and start < len(tokens) and self._numbers.is_article(tokens[start]):
            start += 1
        unit = self._units.match(tokens, start)
        if unit is None:
            return None
        if half:
            return _Range(Decimal("0.5"), Decimal("0.5"), unit[1], unit[0])
        end = self._numbers.half_after(tokens, unit[1])
        return _Range(Decimal("1.5"), Decimal("1.5"), end, unit[0]) if end else None

    def _read_share(self, tokens: Sequence[Token], index: int) -> _Range | None:
        """Read “one in five”, “two thirds”, “half of”, “jeder Fünfte”."""
        if share := self._shares.match(tokens, index):
            return _Range(share[0], share[0], share[1], "percent")
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if index < len(tokens) and tokens[index].word in self._bare_half and not (following and following.is_word):
            return None if index and tokens[index - 1].word == "in" else _percent(Decimal(1), Decimal(2), index + 1)
        if following is None:
            return None
        if tokens[index].word in self._every:
            ordinal = self._ordinals.get(tokens[index + 1].word) or self._ordinals.get(tokens[index + 1].word[:-1])
            return _percent(Decimal(1), ordinal, index + 2) if ordinal else None
        number = self._numbers.read(tokens, index)
        is_article = number is None and self._numbers.is_article(tokens[index])
        value, end = (number.value, number.end) if number else (Decimal(1), index + is_article)
        if number or is_article or self._vocabulary.prefixes:
            hyphen = end < len(tokens) and tokens[end].text in "-‑" and number is not None
            part = self._denominators.match(tokens, end + hyphen)
            if part and self._is_share(tokens, part[1]):
                return _percent(value, part[0], part[1])
        of = self._share_of.match(tokens, end) if number else None
        whole = self._numbers.read(tokens, of[1]) if of else None
        if whole and value <= whole.value <= _MAX_SHARE and (value == 1 or value <= 10) and whole.value > 1:
            if self._units.match(tokens, whole.end) or (value > 1 and whole.value not in (10, 100, 1000) and value > 4):
                return None
            return _percent(value, whole.value, whole.end)
        return None

    def _is_share(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a word such as “third” is a share here, and not an ordinal as in “a third man”."""
        if index >= len(tokens) or self._vocabulary.prefixes or not self._capitals_are_names:
            return True
        return not tokens[index].is_word or tokens[index].word in self._function_words

    def _is_no_amount(self, tokens: Sequence[Token], index: int, found: _Range) -> bool:
        """Return whether a number without a bound is a name, a year, a time of day, a score or the pronoun “one”."""
        first = self._read_sign(tokens, index)[1]
        if found.unit != COUNT:
            return found.unit != "percent" and self._is_title(tokens, first)
        return (
            found.is_one
            or self._is_name(tokens, first, found)
            or self._is_year(tokens, first, found)
            or self._is_clock(tokens, first, found)
            or self._is_score(tokens, first, found)
        )

    def _is_name(self, tokens: Sequence[Token], index: int, found: _Range) -> bool:
        before = tokens[index - 1] if index else None
        after = tokens[found.end] if found.end < len(tokens) else None
        is_joined = before is not None and before.end == tokens[index].start
        is_arabic_prefix = before is not None and before.word in self._vocabulary.prefixes
        if is_joined and before is not None and (before.text in "-‑/:.§#" or before.is_word) and not is_arabic_prefix:
            return True
        if tokens[index].is_number and after is not None and after.start == tokens[found.end - 1].end:
            if after.is_word or after.text in ":/":
                return True
            if after.text == "." and self._has_ordinal_dot(tokens, found.end):
                return True
        if self._numbered.ends_before(tokens, index):
            return True
        if self._is_title(tokens, index):
            return True
        is_capitalised = before is not None and index > 1 and before.is_word and before.text[0].isupper()
        is_last = after is None or not after.is_word or after.word in self._function_words
        return is_capitalised and is_last and found.is_bare and found.high < _MAX_SHARE and self._capitals_are_names

    def _is_title(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a number is a capitalised word within a sentence, as in “the Group of Seven”."""
        is_within = index > 0 and tokens[index - 1].is_word
        return is_within and tokens[index].text[0].isupper() and self._capitals_are_names

    @property
    def _capitals_are_names(self) -> bool:
        return not self._vocabulary.setting("amounts", "compounds")

    def _has_ordinal_dot(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether the full stop after a number makes it an ordinal, as in German “am 3. Platz”."""
        has_word = index + 1 < len(tokens) and tokens[index + 1].is_word
        return has_word and not self._capitals_are_names and len(tokens[index - 1].text) <= 2

    def _is_year(self, tokens: Sequence[Token], index: int, found: _Range) -> bool:
        if not found.is_bare or found.high not in _YEARS or len(tokens[index].text) != 4:
            return False
        is_round = found.high % 50 == 0 and found.end < len(tokens) and tokens[found.end].is_word
        return not is_round or self._year_before.ends_before(tokens, index)

    def _is_clock(self, tokens: Sequence[Token], index: int, found: _Range) -> bool:
        if self._clock_after.match(tokens, found.end):
            return True
        if found.high > _HOURS:
            return False
        text = tokens[index].text
        is_hour = found.high % 1 == 0 or (len(text) >= 4 and "." in text)
        next_word = tokens[found.end].word if found.end < len(tokens) and tokens[found.end].is_word else ""
        if self._clock_before.ends_before(tokens, index) and is_hour:
            return not next_word or next_word in self._function_words or text.count(".") == 1
        if next_word in self._clock_between and (hour := self._numbers.read(tokens, found.end + 1)) is not None:
            return hour.value <= _HOURS // 2 and (found.high % 5 == 0) and hour.end != found.end
        return (
            bool(index)
            and tokens[index - 1].word in self._clock_between
            and found.high <= _HOURS // 2
            and not next_word
        )

    def _is_score(self, tokens: Sequence[Token], index: int, found: _Range) -> bool:
        """Return whether a number is one side of a score: “3–1”, or “1–3” after a word such as “won”."""
        following = found.end < len(tokens) and tokens[found.end].text in _DASHES
        if following and found.end + 1 < len(tokens) and tokens[found.end + 1].is_number and tokens[index].is_number:
            return tokens[found.end].start == tokens[found.end - 1].end
        if index > 1 and tokens[index - 1].text in _DASHES and tokens[index - 2].is_number:
            return tokens[index - 1].end == tokens[index].start
        context = tokens[max(0, index - _SCORE_CONTEXT) : index]
        return found.low != found.high and any(token.word in self._scores for token in context)


def _percent(part: Decimal, whole: Decimal, end: int) -> _Range:
    share = (100 * part / whole).quantize(Decimal("0.1"))
    share = share.quantize(Decimal(1)) if share % 1 == 0 else share
    return _Range(share, share, end, "percent")


@cache
def _reader(language: str) -> _Reader | None:
    vocabulary = load_vocabulary(language)
    return _Reader(vocabulary) if vocabulary else None


def find_amounts(text: str, language: str) -> list[Amount]:
    """Return the amounts in a text, in its order, or none without word lists for the language."""
    reader = _reader(language)
    if reader is None:
        return []
    # The numbers of a day do not depend on the day on which the text was written.
    dates = [day for day in find_days(text, language, as_of=_ANY_DAY) if day.unit in ("day", "month")]
    return list(reader.find(reader.tokenize(text), {day.start: day.end for day in dates}))
