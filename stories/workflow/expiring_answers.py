"""Dates proposed for answers that expire."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from newsroom.text.figures.amounts import COUNT, find_amounts
from newsroom.text.figures.days import NamedDay, find_days
from newsroom.text.vocabulary import Phrases, Token, load_vocabulary, tokenize
from stories.documents.parse.words.sentences import iter_sentence_spans

type Reason = Literal["day", "provisional", "casualties", "past", "usual"]

USUAL_DAYS = 60
_PROVISIONAL_DAYS = 3
_PAST_AFTER = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class ProposedExpiry:
    """A proposed last day of an answer, or None, and the reason. ``words`` are those of the text that gave it."""

    day: date | None
    reason: Reason
    words: str = ""


def propose_expiry(
    answer: str, *, question: str = "", as_of: date, language: str, usual_days: int = USUAL_DAYS
) -> ProposedExpiry:
    """Return the day until which an answer in plain text, written on ``as_of``, may be expected to be true.

    The first rule that applies counts:

    1. The answer names a day after ``as_of``: the earliest.
    2. It has a provisional word such as “so far”, or counts people who are dead, hurt, missing, ill or rescued: three
       days later.
    3. All days that it names are more than two years past: no day.
    4. Otherwise: ``usual_days`` later.
    """
    days = find_days(answer, language, as_of=as_of)
    if ahead := min(_iter_ahead(answer, days, as_of, language), default=None):
        return ProposedExpiry(ahead[0], "day", ahead[1])
    soon = as_of + timedelta(days=_PROVISIONAL_DAYS)
    if words := _find_phrase(f"{question}\n{answer}", language, "provisional"):
        return ProposedExpiry(soon, "provisional", words)
    if words := _find_casualties(question, answer, language):
        return ProposedExpiry(soon, "casualties", words)
    if days and all(day.last < as_of - _PAST_AFTER for day in days):
        return ProposedExpiry(None, "past")
    return ProposedExpiry(as_of + timedelta(days=usual_days), "usual")


def _find_casualties(question: str, answer: str, language: str) -> str:
    """Return the word for the people that an answer counts: in the question, or in a sentence with a number."""
    if find_amounts(answer, language) and (words := _find_phrase(question, language, "casualties")):
        return words
    for start, end in iter_sentence_spans(answer):
        counts = [amount for amount in find_amounts(answer[start:end], language) if amount.unit == COUNT]
        if counts and (words := _find_phrase(answer[start:end], language, "casualties")):
            return words
    return ""


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
