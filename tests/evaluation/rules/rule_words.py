"""The word lists of the product together with those of the rules beside this module."""

import tomllib
from functools import cache
from pathlib import Path

from newsroom.text import vocabulary
from newsroom.text.vocabulary import LANGUAGES, Vocabulary

_FOLDERS = (Path(vocabulary.__file__).parent, Path(__file__).parent / "vocabulary")


@cache
def load_rule_words(language: str) -> Vocabulary | None:
    """Return the word lists of a language (a BCP 47 tag), or None if there are none."""
    name = language.partition("-")[0].lower()
    if name not in LANGUAGES:
        return None
    first, second = (tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for folder in _FOLDERS)
    return Vocabulary(first | second)
