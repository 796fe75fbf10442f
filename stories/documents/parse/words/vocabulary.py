"""The word lists of the importer, from ``vocabulary.toml``."""

import tomllib
from pathlib import Path

from newsroom.text.fold import fold

_LISTS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"),
)


def load_words(table: str, name: str) -> frozenset[str]:
    """Return a list as a set of folded words."""
    return frozenset(map(fold, _LISTS[table][name].split()))


def load_phrases(table: str, name: str) -> frozenset[str]:
    """Return a list as a set of phrases, which are separated by commas in the file."""
    return frozenset(" ".join(phrase.split()) for phrase in _LISTS[table][name].split(","))


def inflect_verbs(verbs: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the regular English forms of the verbs: third person, past tense and *-ing* form.

    If the last letter may be doubled, both spellings are returned.
    """
    singular = frozenset(_third_person(verb) for verb in verbs)
    past = frozenset(f"{stem}ed" for verb in verbs for stem in _stems(verb, before="e"))
    ing_forms = frozenset(f"{stem}ing" for verb in verbs for stem in _stems(verb, before="i"))
    return singular, past, ing_forms


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _stems(verb: str, *, before: str) -> list[str]:
    if verb.endswith("e") and not verb.endswith(("ee", "oe")):
        return [verb[:-1]]
    if verb.endswith("y") and verb[-2] not in "aeiou" and before == "e":
        return [f"{verb[:-1]}i"]
    may_double = verb[-1] not in "aeiouwxy" and verb[-2] in "aeiou"
    return [verb, verb + verb[-1]] if may_double else [verb]
