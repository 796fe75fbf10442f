"""Who is named as the source of a statement: “according to the coastguard”, “the mayor said”, “said Ana Kestrel”."""

from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from newsroom.text.vocabulary import Phrases, Token, load_vocabulary, tokenize

_MAX_WORDS = 8
_ENDS = frozenset(',;:.!?()“”"«»„—–…،؛')


@cache
def _load(language: str) -> tuple[Phrases[str], Phrases[str], frozenset[str]] | None:
    vocabulary = load_vocabulary(language)
    if vocabulary is None:
        return None
    sources, verbs = (vocabulary.phrases("speakers", name) for name in ("according_to", "verbs"))
    return sources, verbs, vocabulary.words("speakers", "no_name")


def find_speakers(sentence: str, language: str) -> list[tuple[int, int]]:
    """Return the positions of the words for each speaker in a sentence, or none without word lists for the language.

    The words extend to the next mark, at most eight. Pronouns are not returned.
    """
    phrases = _load(language)
    if phrases is None:
        return []
    sources, verbs, no_name = phrases
    tokens = tokenize(sentence)
    found: list[tuple[int, int]] = []
    for index in range(len(tokens)):
        if source := sources.match(tokens, index):
            found += _span(_read_after(tokens, source[1]), no_name)
        elif verb := verbs.match(tokens, index):
            found += _span(_read_before(tokens, index), no_name) or _span(_read_after(tokens, verb[1]), no_name)
    return list(dict.fromkeys(found))


def _read_after(tokens: Sequence[Token], index: int) -> list[Token]:
    return list(takewhile(_is_part, tokens[index : index + _MAX_WORDS]))


def _read_before(tokens: Sequence[Token], index: int) -> list[Token]:
    return list(takewhile(_is_part, reversed(tokens[max(0, index - _MAX_WORDS) : index])))[::-1]


def _is_part(token: Token) -> bool:
    return token.text not in _ENDS


def _span(tokens: Sequence[Token], no_name: frozenset[str]) -> list[tuple[int, int]]:
    if not tokens or tokens[0].word in no_name:
        return []
    return [(tokens[0].start, tokens[-1].end)]
