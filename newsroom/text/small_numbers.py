"""Numbers in a sentence."""

from django.utils.translation import get_language

_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def format_number(number: int) -> str:
    """Return the number as a word if it is small and the active language is English, otherwise in figures."""
    if (get_language() or "en").startswith("en") and number < len(_SMALL_NUMBERS):
        return _SMALL_NUMBERS[number]
    return str(number)
