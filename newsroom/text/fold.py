"""Fold text to the form in which names, questions and aliases are compared."""

import re
import unicodedata

_EQUIVALENTS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʹʻʼ´`＇", "'"),
        **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ـ": "",  # Arabic tatweel
    }
)
# Ranges of combining marks that are accents or vowel points. In other scripts, such as Devanagari, Thai and kana,
# marks are part of the letters and remain.
_ACCENTS = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)

_NO_WORDS = re.compile(r"[\W_]+")

# In ASCII, only control characters and capital letters need folding.
_CONTROLS = str.maketrans(dict.fromkeys(map(chr, [*range(0x20), 0x7F]), " "))


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) != 0 and any(first <= ord(character) <= last for first, last in _ACCENTS)


def _fold_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cc":
            return " "
        case "Cf":
            return ""
        case _:
            return "" if _is_accent(character) else character


def fold(text: str) -> str:
    """Return ``text`` in the form used for comparison.

    Spellings that readers regard as the same have the same folded form. Compatibility forms are unified and case is
    folded (Unicode Standard, 3.13: NFKC and toCasefold). Accents, vowel points and invisible characters are removed,
    quotation marks are straightened, dashes become hyphens, and white space is collapsed. Folding is idempotent.
    """
    straightened = text.translate(_EQUIVALENTS)
    if straightened.isascii():
        return " ".join(straightened.translate(_CONTROLS).lower().split())
    folded = unicodedata.normalize("NFKD", straightened).casefold().translate(_EQUIVALENTS)
    folded = "".join(_fold_character(character) for character in unicodedata.normalize("NFKD", folded))
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def fold_wording(text: str) -> str:
    """Return the words of ``text`` in the form used for comparison, separated by one space, without punctuation."""
    return _NO_WORDS.sub(" ", fold(text)).strip()
