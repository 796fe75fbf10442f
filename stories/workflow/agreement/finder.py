"""The search for the sentence of an outlet that says something about a claim."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from newsroom.text.figures.amounts import COUNT, Amount, find_amounts
from newsroom.text.figures.days import find_days
from newsroom.text.figures.speakers import find_speakers
from newsroom.text.quotation_marks import parse_quotations
from newsroom.text.vocabulary import Token, tokenize
from stories.documents.parse.words.sentences import iter_sentence_spans
from stories.workflow.agreement.words import SHORTEST_WORD, LanguageWords, clause_around, load_words

MAX_FOUND = 5
_LEAST = {"figure": 3.0, "date": 1.0, "quotation": 1.0, "attribution": 2.0, "fact": 1.0}
_NOUN, _CLAUSE_WORD, _WORD, _GROUP, _UNIT, _PERSON = 3.0, 2.0, 1.0, 3.0, 2.5, 3.0
_LEAST_OF_DAY = 1.0  # of a day with its month, without a word of the claim
_LEAST_OF_MONEY = 2.0  # words or groups of the claim in a sentence with a sum of money
_PARAGRAPH = re.compile(r"[^\n]+")
# No text is written on this day, so a day without a year is found as well.
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence at ``start`` to ``end`` of a text, with the value in it, which may be empty, and its score."""

    start: int
    end: int
    value_start: int
    value_end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Claim:
    """The words of a claim by which a sentence is recognised: ``head`` says what is asked, ``words`` all of it."""

    head: frozenset[str]
    words: frozenset[str]
    groups: frozenset[str]
    scopes: frozenset[str]
    unit: str
    is_unit_given: bool
    of_persons: bool


def _read_claim(words: LanguageWords, claim: str, unit: str) -> _Claim:
    tokens = tokenize(claim)
    unit_tokens = tokenize(unit)
    # What is asked stands before the first “in”, “on” or “of” after a content word.
    end = len(tokens)
    for index, token in enumerate(tokens):
        if token.word in words.function_words and words.content(tokens[:index]):
            end = index
            break
    unit_kind = words.units.match(unit_tokens, 0)
    return _Claim(
        words.content(tokens[:end]) | words.content(unit_tokens),
        words.content(tokens),
        words.groups(tokens),
        words.scopes(tokens),
        unit_kind[0] if unit_kind else COUNT,
        bool(unit_tokens),
        bool(words.persons(unit_tokens)),
    )


def find_sentences(claim: str, text: str, *, kind: str, unit: str = "", language: str) -> list[FoundSentence]:
    """Return at most five sentences of a text that may say something about a claim, the best first.

    ``kind`` is a kind of claim: a figure needs an amount of the unit, a date a day, a quotation quoted words. Without a
    unit, amounts of all units but per cent are found.
    Without word lists for the language, only digits and the words of the claim as it is written are found.
    """
    words = load_words(language)
    if words is None:
        return _find_as_written(claim, text, kind)[:MAX_FOUND]
    asked = _read_claim(words, claim, unit)
    found: list[FoundSentence] = []
    for start, end in words.iter_sentences(text):
        found += _score(words, asked, text[start:end], start, kind)
    best: dict[int, FoundSentence] = {}
    for each in sorted(found, key=lambda sentence: -sentence.score):
        if each.score >= _LEAST[kind]:
            best.setdefault(each.start, each)
    return list(best.values())[:MAX_FOUND]


def _find_as_written(claim: str, text: str, kind: str) -> list[FoundSentence]:
    """Return the sentences with a word of the claim, the best first. For a figure, the first number is the value."""
    asked = {token.word for token in tokenize(claim) if token.is_word and len(token.word) >= SHORTEST_WORD}
    found = []
    for paragraph in _PARAGRAPH.finditer(text):
        for first, last in iter_sentence_spans(paragraph[0]):
            tokens = tokenize(paragraph[0][first:last])
            number = next((token for token in tokens if token.is_number), None) if kind == "figure" else None
            score = len(asked & {token.word for token in tokens})
            if score and (number or kind != "figure"):
                start = paragraph.start() + first
                value = (start + number.start, start + number.end) if number else (start, start)
                found.append(FoundSentence(start, paragraph.start() + last, *value, score))
    return sorted(found, key=lambda sentence: -sentence.score)


def _score(words: LanguageWords, asked: _Claim, sentence: str, start: int, kind: str) -> Iterator[FoundSentence]:
    tokens = tokenize(sentence)
    content = words.content(tokens)
    whole = _WORD * len(content & asked.words) + _GROUP * len(words.groups(tokens) & asked.groups)
    if kind != "figure":
        whole += _WORD * len(content & asked.head)

    def make(first: int, last: int, score: float) -> FoundSentence:
        return FoundSentence(start, start + len(sentence), start + first, start + last, score)

    match kind:
        case "figure":
            amounts = find_amounts(sentence, words.language)
            is_only = len([amount for amount in amounts if amount.unit == asked.unit]) == 1
            for amount in amounts:
                if asked.unit == "money" and whole < _LEAST_OF_MONEY:
                    continue
                clause = clause_around(tokens, amount.start, amount.end)
                if words.scopes(tokens if is_only else clause) - asked.scopes:
                    continue
                if score := _score_amount(words, asked, tokens, amount):
                    yield make(amount.start, amount.end, score + whole)
        case "date":
            for day in find_days(sentence, words.language, as_of=_ANY_DAY):
                yield make(day.start, day.end, whole + (_LEAST_OF_DAY if day.unit == "day" else 0))
        case "quotation":
            for first, last in parse_quotations(sentence, words.language).spans:
                yield make(first + 1, last - 1, whole + _WORD)
        case "attribution":
            # A speaker that is named in another way, such as “X rang the police”, is somewhere in the sentence.
            first, last = next(iter(find_speakers(sentence, words.language)), (0, len(sentence)))
            yield make(first, last, whole + _CLAUSE_WORD * words.has_speaker(tokens))
        case _:
            yield make(0, len(sentence), whole)


def _score_amount(words: LanguageWords, asked: _Claim, tokens: Sequence[Token], amount: Amount) -> float:
    """Return how well an amount fits a claim, without the rest of its sentence, or 0 if its unit was not asked for."""
    if amount.unit != asked.unit and (asked.is_unit_given or amount.unit == "percent"):
        return 0
    clause = clause_around(tokens, amount.start, amount.end)
    nouns = words.nouns(tokens, amount.start, amount.end)
    score = _NOUN * len(words.stems(nouns) & asked.head) + _CLAUSE_WORD * len(words.content(clause) & asked.head)
    score += _UNIT * (asked.unit != COUNT) + _GROUP * bool(words.groups(clause) & asked.groups)
    if asked.of_persons:
        # The noun may be elsewhere: “Of the people who stayed, eleven never came back.”
        score += _PERSON * bool(words.persons(tokens)) + _CLAUSE_WORD * bool(words.persons(nouns))
    return score
