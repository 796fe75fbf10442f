"""Under which letter a name stands in a list from A to Z."""

import unicodedata

DIGITS = "0–9"


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
