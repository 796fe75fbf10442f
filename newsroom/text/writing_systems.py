"""Differences between writing systems: their names, spaces between words, and the marks that end a sentence."""

import unicodedata

# Chinese, Japanese, Thai, Lao, Burmese and Khmer, as ranges for a regular expression. These scripts do not separate
# words with spaces, so each character counts as a word.
UNSPACED_SCRIPTS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SENTENCE_ENDS = frozenset(".!?…。！？؟۔।")


def script_of(text: str) -> str:
    """Return the script of the first letter of a text, such as “LATIN” or “ARABIC”, or an empty string."""
    letter = next((character for character in text if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0]
