"""Who is named as the source of a statement: “according to the coastguard”, “the mayor said”, “said Ana Kestrel”."""

from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from newsroom.text.fold import fold
from newsroom.text.vocabulary import Phrases, Token, load_vocabulary, tokenize

_MAX_WORDS = 8
_ENDS = frozenset(',;:.!?()“”"«»„—–…،؛')
# Words that follow what somebody said: “the mayor told reporters that …” names the mayor, “said that” nobody after it.
_NO_NAME = frozenset(map(fold, ("that", "it", "he", "she", "they", "dass", "er", "sie", "que", "qu", "إن", "أن")))


@cache
def _load(language: str) -> tuple[Phrases[str], Phrases[str]] | None:
    vocabulary = load_vocabulary(language)
    if vocabulary is None:
        return None
    return vocabulary.phrases("speakers", "according_to"), vocabulary.phrases("speakers", "verbs")


def find_speakers(sentence: str, language: str) -> list[tuple[int, int]]:
    """Return the positions of the words for each speaker in a sentence, or none without word lists for the language.

    The words extend to the next mark, at most eight. Pronouns are not returned.
    """
    phrases = _load(language)
    if phrases is None:
        return []
    according_to, verbs = phrases
    tokens = tokenize(sentence)
    found: list[tuple[int, int]] = []
    for index in range(len(tokens)):
        if source := according_to.match(tokens, index):
            found += _span(_read_after(tokens, source[1]))
        elif verb := verbs.match(tokens, index):
            found += _span(_read_before(tokens, index)) or _span(_read_after(tokens, verb[1]))
    return list(dict.fromkeys(found))


def _read_after(tokens: Sequence[Token], index: int) -> list[Token]:
    return list(takewhile(_is_part, tokens[index : index + _MAX_WORDS]))


def _read_before(tokens: Sequence[Token], index: int) -> list[Token]:
    return list(takewhile(_is_part, reversed(tokens[max(0, index - _MAX_WORDS) : index])))[::-1]


def _is_part(token: Token) -> bool:
    return token.text not in _ENDS


def _span(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    if not tokens or tokens[0].word in _NO_NAME:
        return []
    return [(tokens[0].start, tokens[-1].end)]
