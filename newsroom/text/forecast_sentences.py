"""Sentences that look ahead: somebody says what will happen, so that readers can see later whether it did."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from newsroom.text.figures.days import NamedDay, find_days
from newsroom.text.vocabulary import Token, Vocabulary, load_vocabulary, tokenize

_VETOES = ("conditions", "past_promises", "rules", "fiction", "vows", "habits")


class Outlook(NamedTuple):
    """Whether a sentence is worth keeping as a forecast, and the day or period to come that it names."""

    looks_ahead: bool
    due: NamedDay | None


class _Reader:
    """Reads the sentences of one language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        expectations = ("will", "will_short", "expects", "is_expected", "decides", "scheduled", "would", "should")
        names = (*expectations, "would_have", "possible", "speakers", "reports", "horizons", *_VETOES)
        self._phrases = {name: vocabulary.phrases("forecasts", name) for name in names}
        self._expectations = vocabulary.phrases("forecasts", *expectations)
        self._noun_after = vocabulary.words("forecasts", "will_is_noun_after")

    def may_look_ahead(self, tokens: Sequence[Token]) -> bool:
        """Return whether a sentence has a word without which none looks ahead."""
        return any(self._expectations.match(tokens, index) for index in range(len(tokens)))

    def list_days(self, tokens: Sequence[Token], days: Sequence[NamedDay]) -> list[NamedDay]:
        """Return the days other than that on which something was said, the ends of periods first."""
        said = {tokens[found].end for index in range(len(tokens)) if (found := self._end_of_report(tokens, index))}
        ahead = [day for day in days if day.unit != "weekday" or not self._follows(tokens, day.start, said)]
        return sorted(ahead, key=lambda day: day.relation not in ("until", "before"))

    def _end_of_report(self, tokens: Sequence[Token], index: int) -> int | None:
        found = self._phrases["reports"].match(tokens, index)
        return found[1] - 1 if found else None

    @staticmethod
    def _follows(tokens: Sequence[Token], start: int, ends: set[int]) -> bool:
        """Return whether one of the last two words before a position ends at one of the ``ends``."""
        return any(token.end in ends for token in [token for token in tokens if token.end <= start][-2:])

    def looks_ahead(self, tokens: Sequence[Token], days: Sequence[NamedDay], *, names_past: bool) -> bool:
        names_day = bool(days)
        if _asks(tokens) or any(
            self._has(tokens, name) for name in _VETOES if name != "past_promises" or not names_day
        ):
            return False
        says = self._has(tokens, "speakers")
        names_time = names_day or self._has(tokens, "horizons")
        if self._has_verb(tokens, "expects"):
            return True
        if self._has(tokens, "will_short") or self._has_verb(tokens, "will") or self._has_verb(tokens, "is_expected"):
            return says or names_time
        if self._has_verb(tokens, "decides"):
            return names_time
        if self._has(tokens, "possible"):
            return False
        if says and names_day and self._has(tokens, "should"):
            return True
        if self._has(tokens, "would"):
            return says and (names_day or not (names_past or self._has(tokens, "would_have")))
        # “Opens on Monday” may be about every Monday, or about last Monday's film.
        return self._has_verb(tokens, "scheduled") and any(day.unit != "weekday" or day.relation for day in days)

    def _has(self, tokens: Sequence[Token], name: str) -> bool:
        return any(self._phrases[name].match(tokens, index) for index in range(len(tokens)))

    def _has_verb(self, tokens: Sequence[Token], name: str) -> bool:
        """Return whether a word is there and is a verb, and not a noun as in “her will” and “plans to widen it”."""
        return any(
            self._phrases[name].match(tokens, index)
            for index in range(len(tokens))
            if index and tokens[index - 1].word not in self._noun_after and tokens[index - 1].text not in "'’"
        )


def _asks(tokens: Sequence[Token]) -> bool:
    return any(token.text in "?؟" for token in tokens)


@cache
def _reader(language: str) -> _Reader | None:
    vocabulary = load_vocabulary(language)
    return _Reader(vocabulary) if vocabulary and vocabulary.list_phrases("forecasts", "will") else None


def read_outlook(sentence: str, language: str, *, said_on: date) -> Outlook:
    """Return whether a sentence of ``said_on`` looks ahead, and the first day or period to come that it names.

    “Will” alone does not count, since most texts have it: a speaker must be named, or a day to come. Conditions,
    possibilities, questions, rules, fiction and promises of the past do not count. English only.
    """
    nothing = Outlook(looks_ahead=False, due=None)
    reader = _reader(language)
    if reader is None:
        return nothing
    tokens = tokenize(sentence)
    # Most sentences do not look ahead, and reading days takes longer.
    if not reader.may_look_ahead(tokens):
        return nothing
    named = find_days(sentence, language, as_of=said_on)
    days = reader.list_days(tokens, [day for day in named if day.last > said_on])
    if not reader.looks_ahead(tokens, days, names_past=any(day.last < said_on for day in named)):
        return nothing
    return Outlook(looks_ahead=True, due=days[0] if days else None)
