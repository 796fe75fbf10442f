"""Under which letter a name stands in a list from A to Z."""

import unicodedata

from django.db.models import CharField, Func

DIGITS = "0–9"
_BEFORE = "'\"-.,:;!?#$&()*+/@[]…¿¡ "


class Initial(Func):
    """The first character of a column of folded names that is no punctuation; without parameters, so that an index knows it."""

    template = "substr(ltrim(%(expressions)s, '{}'), 1, 1)".format(_BEFORE.replace("'", "''"))
    arity = 1
    output_field = CharField()


def initial_of(folded: str) -> str:
    """Return what ``Initial`` does."""
    return folded.lstrip(_BEFORE)[:1]


def letter_of(folded: str) -> str:
    """Return the letter under which a folded name stands: the capital of its first one, whatever its script.

    Accents are folded already, so É stands under E. Digits stand together; a syllable of Hangul stands under its first
    consonant (Unicode Standard, 3.12). A name without letters and digits stands under its first character.
    """
    first = next((character for character in folded if character.isalnum()), folded[:1])
    if first.isdecimal():
        return DIGITS
    return unicodedata.normalize("NFD", first)[:1].upper()


def in_order(folded: str) -> tuple[str, str]:
    """Return the key by which folded names are sorted from A to Z, each letter's together, digits first."""
    letter = letter_of(folded)
    return "" if letter == DIGITS else letter, folded
