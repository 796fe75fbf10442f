"""Word lists by language, from one TOML file for each, and the tokens in which they are looked up."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from newsroom.text.fold import fold

_COMMA = re.compile("[,،] *")
# A number has separators within; a space separates only groups of three digits, and not in every language.
_NUMBER = r"\d+(?:[.,٫٬]\d+)*"
_SPACED = r"\d{{1,3}}(?:[{spaces}]\d{{3}})+(?!\d)(?:[.,]\d+)?|"
_FIXED_SPACES = "\u00a0\u2009\u202f"
_WORD_OR_MARK = r"|[^\W\d_]+|[^\w\s]|_"


class Token(NamedTuple):
    """A number, a word or a mark of a text, with its position. ``word`` is folded."""

    text: str
    word: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdecimal()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


@cache
def _token_pattern(*, spaces_group: bool) -> re.Pattern[str]:
    spaced = _SPACED.format(spaces=_FIXED_SPACES + " " if spaces_group else _FIXED_SPACES)
    return re.compile(spaced + _NUMBER + _WORD_OR_MARK)


def tokenize(text: str, *, spaces_group: bool = False) -> list[Token]:
    """Return the tokens of a text. With ``spaces_group`` a space may separate the thousands of a number."""
    return [
        Token(match[0], fold(match[0]), match.start(), match.end())
        for match in _token_pattern(spaces_group=spaces_group).finditer(text)
    ]


class Phrases[Value]:
    """Phrases with a value each, found at a position of a list of tokens. The longest phrase counts.

    ``prefixes`` are letters that a language writes together with the next word, such as Arabic و.
    """

    def __init__(self, values: Mapping[str, Value], *, prefixes: str = "") -> None:
        self._prefixes = prefixes
        self._by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        for phrase, value in values.items():
            words = tuple(token.word for token in tokenize(phrase))
            self._by_first.setdefault(words[0], []).append((words, value))
        for phrases in self._by_first.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))

    def match(self, tokens: Sequence[Token], index: int) -> tuple[Value, int] | None:
        """Return the value of the phrase that begins at ``index``, and the index after it, or None."""
        if not 0 <= index < len(tokens):
            return None
        first = tokens[index].word
        candidates = self._by_first.get(first)
        if candidates is None and len(first) > 1 and first[0] in self._prefixes:
            candidates = self._by_first.get(first[1:])
        for words, value in candidates or ():
            following = tokens[index + 1 : index + len(words)]
            if tuple(token.word for token in following) == words[1:]:
                return value, index + len(words)
        return None

    def ends_before(self, tokens: Sequence[Token], index: int, *, longest: int = 5) -> bool:
        """Return whether a phrase of at most ``longest`` tokens ends directly before ``index``."""
        return any(
            (found := self.match(tokens, start)) is not None and found[1] == index
            for start in range(max(0, index - longest), index)
        )


class Vocabulary:
    """The word lists of one language."""

    def __init__(self, tables: Mapping[str, Mapping[str, str | int | float]]) -> None:
        self._tables = tables
        self.prefixes = self.setting("amounts", "prefixes")
        self.spaces_group = " " in self.setting("amounts", "group")

    def setting(self, table: str, name: str) -> str:
        """Return an entry as it is, or an empty string."""
        return str(self._tables.get(table, {}).get(name, ""))

    def list_phrases(self, table: str, name: str) -> list[str]:
        """Return the phrases of an entry, or none."""
        return [phrase for phrase in _COMMA.split(self.setting(table, name).strip()) if phrase]

    def words(self, table: str, name: str) -> frozenset[str]:
        """Return the folded phrases of an entry."""
        return frozenset(map(fold, self.list_phrases(table, name)))

    def phrases(self, table: str, *names: str) -> Phrases[str]:
        """Return the phrases of the named entries, or of all entries of a table, with the name as their value."""
        return Phrases(
            {
                phrase: name
                for name in names or self._tables.get(table, {})
                for phrase in self.list_phrases(table, name)
            },
            prefixes=self.prefixes,
        )

    def number_phrases(self, table: str) -> Phrases[int]:
        """Return a table of whole numbers as phrases."""
        return Phrases({phrase: int(value) for phrase, value in self.numbers(table).items()}, prefixes=self.prefixes)

    def numbers(self, table: str) -> dict[str, Decimal]:
        """Return a table of numbers, keyed by the phrases as written."""
        return {phrase: Decimal(str(value)) for phrase, value in self._tables.get(table, {}).items()}


@cache
def _load(language: str) -> Vocabulary | None:
    path = Path(__file__).with_name(f"{language}.toml")
    return Vocabulary(tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


LANGUAGES = frozenset(path.stem for path in Path(__file__).parent.glob("*.toml"))


def load_vocabulary(language: str) -> Vocabulary | None:
    """Return the word lists of a language (a BCP 47 tag), or None if there are none."""
    name = language.partition("-")[0].lower()
    return _load(name) if name in LANGUAGES else None
