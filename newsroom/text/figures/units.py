"""The unit of a printed value, in any of the languages with word lists."""

import tomllib
from functools import cache, lru_cache
from pathlib import Path

from newsroom.text.vocabulary import Phrases, tokenize

_METRE = "metre"


@lru_cache(maxsize=1_000)
def find_unit(value: str) -> str:
    """Return the name of the only unit in a value, such as “mile”, or an empty string without one or with several."""
    tokens = tokenize(value)
    phrases = _load_phrases()
    units: set[str] = set()
    index = 0
    while index < len(tokens):
        unit, index = phrases.match(tokens, index) or ("", index + 1)
        units.add(unit)
    units.discard("")
    # In “€5 m” the letter means million.
    if len(units) > 1 and any(token.word == "m" for token in tokens):
        units.discard(_METRE)
    return units.pop() if len(units) == 1 else ""


@cache
def _load_phrases() -> Phrases[str]:
    table = tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))["units"]
    return Phrases({word: unit for unit, words in table.items() for word in words.split(", ")})
