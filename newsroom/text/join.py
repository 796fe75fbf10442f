"""Join the parts of a list: with the comma of the active language, or as a sentence of the desk does."""

from collections.abc import Iterable, Sequence

from django.utils.translation import pgettext

from newsroom.text.language_cache import cache_by_language


@cache_by_language(64)
def comma() -> str:
    """Return the separator between two parts: a comma and a space, as the active language writes them."""
    return pgettext("between parts", ", ")


def join_list(parts: Iterable[object]) -> str:
    """Return the parts in order, separated by commas; empty parts are left out."""
    return comma().join(str(part) for part in parts if part)


def join_words(words: Sequence[str], *, conjunction: str = "and") -> str:
    """Return the words as a list in English prose: “name, kind and address”."""
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}" if len(words) > 1 else "".join(words)
