"""The words by which sentences about the same thing are recognised, in the languages with word lists."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, takewhile

from newsroom.search.analysis import stem_word
from newsroom.text.fold import fold
from newsroom.text.vocabulary import Phrases, Token, Vocabulary, load_vocabulary, tokenize
from stories.documents.parse.words.sentences import iter_sentence_spans

_NOUN_WORDS = 3  # words after a figure in which its noun is
_CLAUSE_TOKENS = 40  # on each side of a figure
_CLAUSE_MARKS = frozenset(",;:—–")
SHORTEST_WORD = 3
_STEM_LENGTH = 5  # so that “dredging” and “dredgers” are one word
_ARABIC_VOWELS = str.maketrans(dict.fromkeys("اوي", ""))


class LanguageWords:
    """Reads sentences of one language."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self.language = language
        self.vocabulary = vocabulary
        self.units = vocabulary.phrases("units")
        self.function_words = vocabulary.words("amounts", "function_words")
        self._groups = vocabulary.phrases("noun_groups")
        self._scopes = vocabulary.phrases("finder", "scopes")
        self._speakers: Phrases[str] = vocabulary.phrases("finder", "speakers")
        self._persons = self.stems(tokenize(", ".join(vocabulary.list_phrases("finder", "persons"))))
        self._ignored = vocabulary.words("finder", "counted") | self.function_words
        self._months = frozenset(map(fold, vocabulary.numbers("months")))

    def iter_sentences(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each sentence of a text with paragraphs."""
        offset = 0
        for paragraph in text.split("\n"):
            start = 0
            spans = list(iter_sentence_spans(paragraph))
            for (_, end), (following, _) in pairwise(spans):
                if not self._is_within_day(paragraph, end, following):
                    yield offset + start, offset + end
                    start = following
            if spans:
                yield offset + max(start, spans[0][0]), offset + spans[-1][1]
            offset += len(paragraph) + 1

    def _is_within_day(self, paragraph: str, end: int, following: int) -> bool:
        """Return whether a full stop belongs to a day, as in the German “bis zum 30. Juni”."""
        word = next(iter(tokenize(paragraph[following : following + 20])), None)
        return word is not None and word.word in self._months and paragraph[end - 2 : end - 1].isdecimal()

    def stems(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the stems of the words, without short ones."""
        return frozenset(
            self._stem(token.word) for token in tokens if token.is_word and len(token.word) >= SHORTEST_WORD
        )

    def _stem(self, word: str) -> str:
        stem = stem_word(word, self.language)
        if self.language != "ar":
            return stem[:_STEM_LENGTH]
        # Plurals change the long vowels: كتاب, كتب.
        consonants = stem[:1] + stem[1:].translate(_ARABIC_VOWELS)
        return consonants if len(consonants) >= SHORTEST_WORD else stem

    def content(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the stems of the words that say what a text is about."""
        return self.stems([token for token in tokens if token.word not in self._ignored])

    def groups(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the groups of nouns, such as “dead”, of which a word is in the text."""
        return frozenset(found[0] for index in range(len(tokens)) if (found := self._groups.match(tokens, index)))

    def persons(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the stems of the words for people."""
        return self.stems(tokens) & self._persons

    def scopes(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the first words of phrases such as “since the war” that restrict what a figure counts."""
        return frozenset(tokens[index].word for index in range(len(tokens)) if self._scopes.match(tokens, index))

    def has_speaker(self, tokens: Sequence[Token]) -> bool:
        """Return whether a word such as “said” or “according to” is in the text."""
        return any(self._speakers.match(tokens, index) for index in range(len(tokens)))

    def nouns(self, tokens: Sequence[Token], start: int, end: int) -> list[Token]:
        """Return up to three words after a figure, to the next mark or figure, or two words before it."""
        first = bisect_left(tokens, end, key=_start)
        after = takewhile(lambda token: token.is_word, tokens[first : first + _NOUN_WORDS + 1])
        if nouns := [token for token in after if token.word not in self.function_words][:_NOUN_WORDS]:
            return nouns
        last = bisect_left(tokens, start, key=_start)
        before = [token for token in tokens[max(0, last - _CLAUSE_TOKENS) : last] if token.is_word]
        return [token for token in before if token.word not in self.function_words][-2:]


def clause_around(tokens: Sequence[Token], start: int, end: int) -> list[Token]:
    """Return the tokens between the marks around a figure, at most ``_CLAUSE_TOKENS`` on each side."""
    first, last = bisect_left(tokens, start, key=_start), bisect_left(tokens, end, key=_start)
    before = takewhile(_is_no_mark, reversed(tokens[max(0, first - _CLAUSE_TOKENS) : first]))
    return [*reversed(list(before)), *tokens[first:last], *takewhile(_is_no_mark, tokens[last : last + _CLAUSE_TOKENS])]


def _start(token: Token) -> int:
    return token.start


def _is_no_mark(token: Token) -> bool:
    return token.text not in _CLAUSE_MARKS


@cache
def load_words(language: str) -> LanguageWords | None:
    """Return the words of a language (a BCP 47 tag), or None if there are no word lists for it."""
    vocabulary = load_vocabulary(language)
    return LanguageWords(language.partition("-")[0].lower(), vocabulary) if vocabulary else None
