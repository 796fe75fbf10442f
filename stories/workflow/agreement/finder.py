"""The search for the sentence of an outlet that says something about a claim."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import takewhile

from newsroom.search.analysis import stem_word
from newsroom.text.figures.amounts import COUNT, Amount, find_amounts
from newsroom.text.figures.days import find_days
from newsroom.text.figures.speakers import find_speakers
from newsroom.text.quotation_marks import parse_quotations
from newsroom.text.vocabulary import Phrases, Token, Vocabulary, load_vocabulary, tokenize
from stories.documents.parse.words.sentences import iter_sentence_spans

MAX_FOUND = 5
_LEAST = {"figure": 3.0, "date": 1.0, "quotation": 1.0, "attribution": 2.0, "fact": 1.0}
_NOUN, _CLAUSE_WORD, _WORD, _GROUP, _UNIT, _PERSON = 3.0, 2.0, 1.0, 3.0, 2.5, 3.0
_NOUN_WORDS = 3  # words after an amount in which its noun is
_CLAUSE_TOKENS = 40  # on each side of an amount
_CLAUSE_MARKS = frozenset(",;:—–")
_SHORTEST_WORD = 3
_STEM_LENGTH = 5  # so that “dredging” and “dredgers” are one word
_ARABIC_VOWELS = str.maketrans(dict.fromkeys("اوي", ""))
_LEAST_OF_DAY = 1.0  # of a day with its month, without a word of the claim
_LEAST_OF_MONEY = 2.0  # words or groups of the claim in a sentence with a sum of money
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
    unit: str
    of_persons: bool


class _Language:
    """The words of one language that the finder needs."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self.language = language
        self._groups = vocabulary.phrases("noun_groups")
        self._units = vocabulary.phrases("units")
        self._speakers: Phrases[str] = vocabulary.phrases("finder", "speakers")
        self._persons = self.stems(tokenize(", ".join(vocabulary.list_phrases("finder", "persons"))))
        self._ignored = vocabulary.words("finder", "counted") | vocabulary.words("amounts", "function_words")
        self._function_words = vocabulary.words("amounts", "function_words")

    def stems(self, tokens: Sequence[Token]) -> frozenset[str]:
        return frozenset(
            self._stem(token.word) for token in tokens if token.is_word and len(token.word) >= _SHORTEST_WORD
        )

    def _stem(self, word: str) -> str:
        stem = stem_word(word, self.language)
        if self.language != "ar":
            return stem[:_STEM_LENGTH]
        # Plurals change the long vowels: كتاب, كتب.
        consonants = stem[:1] + stem[1:].translate(_ARABIC_VOWELS)
        return consonants if len(consonants) >= _SHORTEST_WORD else stem

    def content(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the stems of the words that say what a text is about."""
        return self.stems([token for token in tokens if token.word not in self._ignored])

    def groups(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the groups of nouns, such as “dead”, of which a word is in the text."""
        return frozenset(found[0] for index in range(len(tokens)) if (found := self._groups.match(tokens, index)))

    def read_claim(self, claim: str, unit: str) -> _Claim:
        tokens = tokenize(claim)
        unit_tokens = tokenize(unit)
        # What is asked stands before the first “in”, “on” or “of” after a content word.
        end = len(tokens)
        for index, token in enumerate(tokens):
            if token.word in self._function_words and self.content(tokens[:index]):
                end = index
                break
        unit_kind = self._units.match(unit_tokens, 0)
        return _Claim(
            self.content(tokens[:end]) | self.content(unit_tokens),
            self.content(tokens),
            self.groups(tokens),
            unit_kind[0] if unit_kind else COUNT,
            bool(self.stems(unit_tokens) & self._persons),
        )

    def counts_persons(self, tokens: Sequence[Token]) -> bool:
        return bool(self.stems(tokens) & self._persons)

    def has_speaker(self, tokens: Sequence[Token]) -> bool:
        return any(self._speakers.match(tokens, index) for index in range(len(tokens)))

    def nouns(self, tokens: Sequence[Token], amount: Amount) -> list[Token]:
        """Return up to three words after an amount, to the next mark or figure, or two words before it."""
        nouns: list[Token] = []
        first = bisect_left(tokens, amount.end, key=_start)
        for token in tokens[first : first + _NOUN_WORDS + 1]:
            if not token.is_word:
                break
            nouns.append(token)
        nouns = [token for token in nouns if token.word not in self._function_words][:_NOUN_WORDS]
        if nouns:
            return nouns
        last = bisect_left(tokens, amount.start, key=_start)
        before = [token for token in tokens[max(0, last - _CLAUSE_TOKENS) : last] if token.is_word]
        return [token for token in before if token.word not in self._function_words][-2:]


def _start(token: Token) -> int:
    return token.start


@cache
def _load(language: str) -> _Language | None:
    vocabulary = load_vocabulary(language)
    return _Language(language.partition("-")[0].lower(), vocabulary) if vocabulary else None


def find_sentences(claim: str, text: str, *, kind: str, unit: str = "", language: str) -> list[FoundSentence]:
    """Return at most five sentences of a text that may say something about a claim, the best first.

    ``kind`` is a kind of claim: a figure needs an amount of the unit, a date a day, a quotation quoted words.
    Without word lists for the language nothing is found.
    """
    words = _load(language)
    if words is None:
        return []
    asked = words.read_claim(claim, unit)
    found: list[FoundSentence] = []
    for start, end in _iter_sentences(text):
        found += _score(words, asked, text[start:end], start, kind)
    best: dict[int, FoundSentence] = {}
    for each in sorted(found, key=lambda sentence: -sentence.score):
        if each.score >= _LEAST[kind]:
            best.setdefault(each.start, each)
    return list(best.values())[:MAX_FOUND]


def _iter_sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for paragraph in text.split("\n"):
        for first, last in iter_sentence_spans(paragraph):
            yield start + first, start + last
        start += len(paragraph) + 1


def _score(words: _Language, asked: _Claim, sentence: str, start: int, kind: str) -> Iterator[FoundSentence]:
    tokens = tokenize(sentence)
    content = words.content(tokens)
    whole = _WORD * len(content & asked.words) + _GROUP * len(words.groups(tokens) & asked.groups)
    if kind != "figure":
        whole += _WORD * len(content & asked.head)

    def make(first: int, last: int, score: float) -> FoundSentence:
        return FoundSentence(start, start + len(sentence), start + first, start + last, score)

    match kind:
        case "figure":
            for amount in find_amounts(sentence, words.language):
                if asked.unit == "money" and whole < _LEAST_OF_MONEY:
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


def _score_amount(words: _Language, asked: _Claim, tokens: Sequence[Token], amount: Amount) -> float:
    """Return how well an amount fits a claim without the words of its sentence, or 0 if it is of another unit."""
    if amount.unit != asked.unit:
        return 0
    clause = _clause(tokens, amount)
    nouns = words.nouns(tokens, amount)
    score = _NOUN * len(words.stems(nouns) & asked.head) + _CLAUSE_WORD * len(words.content(clause) & asked.head)
    score += _UNIT * (asked.unit != COUNT) + _GROUP * bool(words.groups(clause) & asked.groups)
    if asked.of_persons:
        # The noun may be elsewhere: “Of the people who stayed, eleven never came back.”
        score += _PERSON * words.counts_persons(tokens) + _CLAUSE_WORD * words.counts_persons(nouns)
    return score


def _clause(tokens: Sequence[Token], amount: Amount) -> list[Token]:
    """Return the tokens between the marks around an amount, at most ``_CLAUSE_TOKENS`` on each side."""
    first, last = bisect_left(tokens, amount.start, key=_start), bisect_left(tokens, amount.end, key=_start)
    before = takewhile(_is_no_mark, reversed(tokens[max(0, first - _CLAUSE_TOKENS) : first]))
    return [*before, *tokens[first:last], *takewhile(_is_no_mark, tokens[last : last + _CLAUSE_TOKENS])]


def _is_no_mark(token: Token) -> bool:
    return token.text not in _CLAUSE_MARKS
