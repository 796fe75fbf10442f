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
        names = ("will", "will_short", "expects", "would", "speakers", "possible", *_VETOES)
        self._phrases = {name: vocabulary.phrases("forecasts", name) for name in names}
        self._noun_after = vocabulary.words("forecasts", "will_is_noun_after")

    def looks_ahead(self, sentence: str, *, names_day: bool) -> bool:
        tokens = tokenize(sentence)
        if _asks(tokens) or any(
            self._has(tokens, name) for name in _VETOES if name != "past_promises" or not names_day
        ):
            return False
        says = self._has(tokens, "speakers")
        will = self._has_will(tokens)
        if will or self._has(tokens, "expects"):
            return says or names_day
        if self._has(tokens, "possible"):
            return False
        return self._has(tokens, "would") and says and names_day

    def _has(self, tokens: Sequence[Token], name: str) -> bool:
        return any(self._phrases[name].match(tokens, index) for index in range(len(tokens)))

    def _has_will(self, tokens: Sequence[Token]) -> bool:
        """Return whether “will” is a verb, and not a testament or what somebody wants."""
        if self._has(tokens, "will_short"):
            return True
        places = [index for index in range(len(tokens)) if self._phrases["will"].match(tokens, index)]
        return any(index == 0 or tokens[index - 1].word not in self._noun_after for index in places)


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
    days = [day for day in find_days(sentence, language, as_of=said_on) if day.last > said_on]
    reader = _reader(language)
    if reader is None or not reader.looks_ahead(sentence, names_day=bool(days)):
        return Outlook(looks_ahead=False, due=None)
    return Outlook(looks_ahead=True, due=days[0] if days else None)
