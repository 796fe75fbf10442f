"""Dates proposed for answers that expire."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from newsroom.text.figures.days import NamedDay, find_days
from newsroom.text.vocabulary import Phrases, Token, load_vocabulary, tokenize
from stories.documents.parse.words.sentences import iter_sentence_spans

type Reason = Literal["day", "still", ""]

_STILL_DAYS = 1


@dataclass(frozen=True, slots=True)
class ProposedExpiry:
    """A proposed last day of an answer, or None, and the reason. ``words`` are those of the text that gave it."""

    day: date | None
    reason: Reason = ""
    words: str = ""


def propose_expiry(answer: str, *, question: str = "", as_of: date, language: str) -> ProposedExpiry:
    """Return the day until which an answer in plain text, written on ``as_of``, may be expected to be true.

    That is the earliest day after ``as_of`` that the answer names, or else the next day, if the question asks what is
    still so. Otherwise there is none: whether an answer explains something or will change soon is not in its words.
    """
    days = find_days(answer, language, as_of=as_of)
    if ahead := min(_iter_ahead(answer, days, as_of, language), default=None):
        return ProposedExpiry(ahead[0], "day", ahead[1])
    if words := _find_phrase(question, language, "still"):
        return ProposedExpiry(as_of + timedelta(days=_STILL_DAYS), "still", words)
    return ProposedExpiry(None)


def _iter_ahead(answer: str, days: list[NamedDay], as_of: date, language: str) -> Iterator[tuple[date, str]]:
    """Yield each day after ``as_of`` on which something named in the answer happens or ends, with the words for it."""
    sentences = list(iter_sentence_spans(answer))
    for day in days:
        sentence = next((answer[start:end] for start, end in sentences if start <= day.start < end), answer)
        until = day.relation in ("until", "before")
        match day.unit:
            case "day":
                found = day.first
            case "weekday" | "span" if until or day.relation in ("next", "every") or _looks_ahead(sentence, language):
                found = day.last
            case "week" | "month" | "year" if until or day.first > as_of:
                found = day.last if until else day.first
            case _:
                continue
        if found > as_of:
            yield found, answer[day.start : day.end]


def _looks_ahead(sentence: str, language: str) -> bool:
    """Return whether a sentence is about the future: by a word or ending, or since no word says that it is past."""
    vocabulary = load_vocabulary(language)
    if vocabulary is None or _find_phrase(sentence, language, "future"):
        return vocabulary is not None
    endings = tuple(vocabulary.list_phrases("expiry", "future_endings"))
    if endings and any(token.text.endswith(endings) for token in tokenize(sentence)):
        return True
    return bool(vocabulary.list_phrases("expiry", "past")) and not _find_phrase(sentence, language, "past")


def _find_phrase(text: str, language: str, name: str) -> str:
    """Return the first phrase of a list that is in a text, or nothing."""
    phrases = _load_phrases(language, name)
    if phrases is None:
        return ""
    tokens: list[Token] = [token for token in tokenize(text) if token.is_word or token.is_number or token.text in "'’-"]
    for index in range(len(tokens)):
        if found := phrases.match(tokens, index):
            return text[tokens[index].start : tokens[found[1] - 1].end]
    return ""


@cache
def _load_phrases(language: str, name: str) -> Phrases[str] | None:
    vocabulary = load_vocabulary(language)
    return vocabulary.phrases("expiry", name) if vocabulary else None
