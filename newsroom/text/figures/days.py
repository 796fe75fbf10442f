"""Days and periods that a text names, resolved from the day on which it was written."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from newsroom.text.figures.numbers import NumberReader
from newsroom.text.fold import fold
from newsroom.text.vocabulary import Token, Vocabulary, load_vocabulary, tokenize

# A day without a year is in the year in which it is at most this far ahead, else before. Days to come are named sooner.
_AHEAD = timedelta(days=240)
_YEARS = range(1900, 2101)
_WRITTEN = range(2, 9800)  # years of texts, from which no named day is beyond the calendar
_DASHES = "-‑–—"
_MAX_SPAN = 366  # units of “in 40 days”
_MAX_YEARS = 100
_IN_EVERY_MONTH = 28


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day or period at ``start`` to ``end`` of a text, from the day ``first`` to the day ``last``.

    ``unit`` is ``day``, ``week``, ``month``, ``year``, ``weekday`` (a day that may be past or to come), or ``span``
    (“in three weeks”). ``relation`` is ``before``, ``until``, ``since``, ``past``, ``next``, ``every`` or empty, by
    the words in front. *Before Friday* has Thursday as its last day.
    """

    start: int
    end: int
    first: date
    last: date
    unit: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    first: date
    last: date
    unit: str
    end: int
    relation: str = ""


class _Reader:
    """Reads the days of one language, for texts of one day."""

    def __init__(self, vocabulary: Vocabulary, numbers: NumberReader) -> None:
        self._numbers = numbers
        self._prefixes = vocabulary.prefixes
        self._spaces_group = vocabulary.spaces_group
        self._months = vocabulary.number_phrases("months")
        self._weekdays = vocabulary.number_phrases("weekdays")
        self._holidays = vocabulary.number_phrases("holidays")
        self._relative = vocabulary.phrases("relative")
        self._span_units = vocabulary.phrases("span_units")
        self._relations = vocabulary.phrases("days", "before", "until", "since", "past", "next", "every")
        self._after = vocabulary.phrases("days", "past", "next")
        self._month_before = vocabulary.phrases("days", "month_before")
        self._year_before = vocabulary.phrases("amounts", "year_before")
        self._end = vocabulary.phrases("days", "end")
        self._half = vocabulary.phrases("days", "half")
        self._span_before = vocabulary.phrases("days", "span_before")
        self._span_in = vocabulary.phrases("days", "span_in")
        self._span_after = vocabulary.phrases("days", "span_after")
        self._span_past = vocabulary.phrases("days", "span_past")
        self._between = vocabulary.words("days", "between")
        self._ordinal_endings = vocabulary.words("days", "ordinal_endings")
        self._ordinals = {fold(word): int(value) for word, value in vocabulary.numbers("ordinals").items()}
        self._tens = {
            fold(word): int(value) for word, value in vocabulary.numbers("numbers").items() if value in (20, 30)
        }
        self._about = vocabulary.phrases("amounts", "about", "at_least", "at_most")
        self._is_capitalised = bool(vocabulary.setting("days", "capitalised"))

    def find(self, text: str, as_of: date) -> Iterator[NamedDay]:
        tokens = tokenize(text, spaces_group=self._spaces_group)
        index = 0
        while index < len(tokens):
            relation = self._relation(tokens, index)
            found = self._read(tokens, index, as_of, relation)
            if found is None:
                index += 1
                continue
            after = self._after.match(tokens, found.end)
            relation = after[0] if after else relation
            named = NamedDay(
                tokens[index].start,
                tokens[found.end - 1].end,
                found.first,
                found.last,
                found.unit,
                found.relation or relation,
            )
            yield self._adjust(tokens, index, named, as_of)
            index = found.end

    def _adjust(self, tokens: Sequence[Token], index: int, named: NamedDay, as_of: date) -> NamedDay:
        """Return the day with what the words around it change: “before”, “last Sunday”, “the first half of 2032”."""
        if named.relation == "before" and named.unit in ("day", "weekday") and named.first > date.min:
            day = named.first - timedelta(days=1)
            return replace(named, first=day, last=day)
        if named.relation == "past" and named.unit == "weekday":
            days = (as_of - named.first).days % 7 or 7
            return replace(named, first=as_of - timedelta(days=days), last=as_of - timedelta(days=days))
        if named.unit in ("month", "year") and self._end.ends_before(tokens, index):
            return replace(named, first=named.last)
        if named.unit in ("month", "year") and self._half.ends_before(tokens, index):
            middle = named.first.replace(day=15) if named.unit == "month" else named.first.replace(month=6, day=30)
            return replace(named, last=middle)
        return named

    def _relation(self, tokens: Sequence[Token], index: int, *, steps: int = 4) -> str:
        for start in range(max(0, index - 4), index):
            found = self._relations.match(tokens, start)
            if found and found[1] == index:
                return found[0]
        if index < 2 or steps == 0:
            return ""
        # A weekday or other words may be between: “by Sunday, 4 May”, “before the end of May”.
        previous = tokens[index - 1]
        is_between = previous.text == "," or previous.word in self._between or self._weekdays.match(tokens, index - 1)
        return self._relation(tokens, index - 1, steps=steps - 1) if is_between else ""

    def _read(self, tokens: Sequence[Token], index: int, as_of: date, relation: str) -> _Found | None:
        token = tokens[index]
        if (
            token.is_number
            and index
            and tokens[index - 1].end == token.start
            and not self._follows_prefix(tokens, index)
        ):
            return None
        found = self._read_date(tokens, index, as_of, relation)
        found = found or self._read_year(tokens, index)
        if found or (token.is_number and not self._follows_span(tokens, index)):
            return found
        return (
            self._read_month(tokens, index, as_of, relation)
            or self._read_weekday(tokens, index, as_of)
            or self._read_relative(tokens, index, as_of)
            or self._read_span(tokens, index, as_of)
        )

    def _follows_prefix(self, tokens: Sequence[Token], index: int) -> bool:
        return tokens[index - 1].text in (*_DASHES, "(", '"', "“", "'") or tokens[index - 1].word in self._prefixes

    def _read_date(self, tokens: Sequence[Token], index: int, as_of: date, relation: str) -> _Found | None:
        """Read a day with its month: “30 June 2031”, “June 30”, “the first of October”, “31.8.2031”, “2031-08-31”."""
        if index >= len(tokens):
            return None
        if day := _read_numeric(tokens, index):
            return _Found(day[0], day[0], "day", day[1])
        if month := self._month(tokens, index):
            number = self._day_number(tokens, month[1]) if self._is_capitalised else None
            if number is None or self._month(tokens, number[1]):
                return None
            return self._make_date(tokens, number[0], month[0], number[1], as_of, relation)
        number = self._day_number(tokens, index)
        if number is None:
            return None
        if number[1] < len(tokens) and tokens[number[1]].text in _DASHES:
            second = self._day_number(tokens, number[1] + 1)
            number = second or number
        at = number[1] + (number[1] < len(tokens) and tokens[number[1]].word in self._between)
        month = self._month(tokens, at)
        return self._make_date(tokens, number[0], month[0], month[1], as_of, relation) if month else None

    def _month(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        month = self._months.match(tokens, index)
        if month is None or (self._is_capitalised and not tokens[index].text[0].isupper()):
            return None
        return month

    def _day_number(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        if index >= len(tokens):
            return None
        token = tokens[index]
        if token.is_number:
            if len(token.text) > 2 or not 1 <= int(token.text) <= 31:
                return None
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            has_ending = (
                after is not None
                and after.start == token.end
                and (after.word in self._ordinal_endings or after.text == ".")
            )
            return int(token.text), index + 1 + has_ending
        word = token.word
        if index + 2 < len(tokens) and tokens[index + 1].text == "-" and word in self._tens:
            last = self._ordinals.get(tokens[index + 2].word, 10)
            return (self._tens[word] + last, index + 3) if last < 10 else None
        ordinal = self._ordinals.get(word) or self._ordinals.get(word[:-1])
        if ordinal:
            return ordinal, index + 1
        if self._prefixes or self._is_capitalised:
            return None
        number = self._numbers.read(tokens, index)  # “uno de mayo”
        return (int(number.value), number.end) if number and 1 <= number.value <= 31 else None

    def _make_date(
        self, tokens: Sequence[Token], day: int, month: int, end: int, as_of: date, relation: str
    ) -> _Found | None:
        year = self._year_after(tokens, end)
        try:
            if year is not None:
                found = date(year[0], month, day)
                return _Found(found, found, "day", year[1])
            found = _nearest(day, month, as_of, relation)
        except ValueError:
            return None
        return _Found(found, found, "day", end)

    def _year_after(self, tokens: Sequence[Token], end: int) -> tuple[int, int] | None:
        at = end
        if at < len(tokens) and (tokens[at].text == "," or tokens[at].word in self._between):
            at += 1
        if (
            at < len(tokens)
            and len(tokens[at].text) == 4
            and tokens[at].text.isdecimal()
            and int(tokens[at].text) in _YEARS
        ):
            return int(tokens[at].text), at + 1
        return None

    def _read_month(self, tokens: Sequence[Token], index: int, as_of: date, relation: str) -> _Found | None:
        month = self._month(tokens, index)
        if month is None:
            holiday = self._holidays.match(tokens, index)
            if holiday is None:
                return None
            day = _nearest(holiday[0] % 100, holiday[0] // 100, as_of, relation)
            return _Found(day, day, "day", holiday[1])
        number, end = month
        year = self._year_after(tokens, end)
        if year is None and not self._month_before.ends_before(tokens, index):
            return None
        if year is None:
            nearest = _nearest(_IN_EVERY_MONTH, number, as_of, relation)
            year = nearest.year, end
        return _Found(date(year[0], number, 1), _month_end(year[0], number), "month", year[1])

    def _read_year(self, tokens: Sequence[Token], index: int) -> _Found | None:
        text = tokens[index].text
        if (
            len(text) != 4
            or not text.isdecimal()
            or int(text) not in _YEARS
            or not self._year_before.ends_before(tokens, index)
        ):
            return None
        return _Found(date(int(text), 1, 1), date(int(text), 12, 31), "year", index + 1)

    def _read_weekday(self, tokens: Sequence[Token], index: int, as_of: date) -> _Found | None:
        weekday = self._weekdays.match(tokens, index)
        if weekday is None or (self._is_capitalised and not tokens[index].text[0].isupper()):
            return None
        at = weekday[1] + (weekday[1] < len(tokens) and tokens[weekday[1]].word in (",", *self._between))
        if self._read_date(tokens, at, as_of, "") or self._read_date(tokens, at + 1, as_of, ""):
            return None  # “Sunday, 4 May”
        day = as_of + timedelta(days=(weekday[0] - as_of.weekday()) % 7 or 7)
        return _Found(day, day, "weekday", weekday[1])

    def _read_relative(self, tokens: Sequence[Token], index: int, as_of: date) -> _Found | None:
        relative = self._relative.match(tokens, index)
        if relative is None:
            return None
        unit, offset = relative[0].split()
        first, last = _period(unit, int(offset), as_of)
        return _Found(first, last, unit, relative[1])

    def _follows_span(self, tokens: Sequence[Token], index: int) -> bool:
        return self._span_before.ends_before(tokens, index) or self._span_in.ends_before(tokens, index)

    def _read_span(self, tokens: Sequence[Token], index: int, as_of: date) -> _Found | None:
        """Read a number of days, weeks, months or years from now: “in three weeks”, “noch etwa drei Wochen”."""
        if self._span_past.ends_before(tokens, index):
            return None
        about = self._about.match(tokens, index)
        at = about[1] if about else index
        follows = self._follows_span(tokens, index)
        number = self._numbers.read(tokens, at)
        article = number is None and at < len(tokens) and self._numbers.is_article(tokens[at])
        end = number.end if number else at + article
        unit = self._span_units.match(tokens, end)
        # An Arabic dual, such as “two days”, needs no number.
        if unit is None or not (number or article or (self._prefixes and tokens[end].word.endswith(("ين", "ان")))):
            return None
        value = number.value if number else Decimal(2 if self._prefixes and not article else 1)
        if value > (_MAX_SPAN if unit[0] in ("day", "week", "fortnight", "month") else _MAX_YEARS):
            return None
        after = self._span_after.match(tokens, unit[1])
        if not (follows or after):
            return None
        day = _add(as_of, unit[0], value)
        is_ahead = after is not None or self._span_before.ends_before(tokens, index)
        return _Found(as_of, day, "span", after[1] if after else unit[1], relation="until" if is_ahead else "")


def _read_numeric(tokens: Sequence[Token], index: int) -> tuple[date, int] | None:
    """Return the day of “31.8.2031”, “31/8/2031” or “2031-08-31”, and the index after it."""
    parts, end = tokens[index].text.split("."), index + 1
    if len(parts) == 1 and index + 4 < len(tokens) and tokens[index + 1].text in "-/":
        separator = tokens[index + 1].text
        if tokens[index + 3].text == separator:
            parts, end = [tokens[index + step].text for step in (0, 2, 4)], index + 5
            parts = parts[::-1] if separator == "-" else parts
    if len(parts) != 3 or len(parts[2]) != 4 or not all(part.isdecimal() for part in parts):
        return None
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])), end
    except ValueError:
        return None


def _nearest(day: int, month: int, as_of: date, relation: str) -> date:
    """Return the day of a month in the year that is meant: ahead after “until”, past after “since”, else within reach."""
    years = (as_of.year - 1, as_of.year, as_of.year + 1)
    candidates = [date(year, month, day) for year in years if day <= monthrange(year, month)[1]]
    if not candidates:
        raise ValueError(day)
    if relation in ("until", "before"):
        return next((each for each in candidates if each > as_of), candidates[-1])
    reach = as_of if relation in ("since", "past") else as_of + _AHEAD
    return next((each for each in reversed(candidates) if each <= reach), candidates[0])


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _period(unit: str, offset: int, as_of: date) -> tuple[date, date]:
    """Return the first and last day of a day, week, month or year, counted from the present one."""
    match unit:
        case "day":
            day = as_of + timedelta(days=offset)
            return day, day
        case "week":
            monday = as_of + timedelta(days=7 * offset - as_of.weekday())
            return monday, monday + timedelta(days=6)
        case "month":
            first = _add(as_of.replace(day=1), "month", Decimal(offset))
            return first, _month_end(first.year, first.month)
        case _:
            return date(as_of.year + offset, 1, 1), date(as_of.year + offset, 12, 31)


def _add(day: date, unit: str, number: Decimal) -> date:
    """Return the day that is a number of units later."""
    match unit:
        case "day" | "week" | "fortnight":
            return day + timedelta(days=int(number * {"day": 1, "week": 7, "fortnight": 14}[unit]))
        case _:
            months = int(number * {"month": 1, "year": 12, "decade": 120}[unit]) + day.month - 1
            year, month = day.year + months // 12, months % 12 + 1
            return date(year, month, min(day.day, monthrange(year, month)[1]))


@cache
def _reader(language: str) -> _Reader | None:
    vocabulary = load_vocabulary(language)
    return _Reader(vocabulary, NumberReader(vocabulary)) if vocabulary else None


def find_days(text: str, language: str, *, as_of: date) -> list[NamedDay]:
    """Return the days and periods that a text of the day ``as_of`` names, or none without word lists for the language.

    A weekday is the next one after ``as_of``, unless words such as “last” say otherwise.
    """
    reader = _reader(language)
    return list(reader.find(text, as_of)) if reader and as_of.year in _WRITTEN else []
