"""Join the parts of a list with the comma of the active language."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import get_language, pgettext


def comma() -> str:
    """Return the separator between two parts: a comma and a space, as the active language writes them."""
    return _translate_comma(get_language())


@lru_cache(64)
def _translate_comma(language: str | None) -> str:
    """Return the separator in ``language``, which must be the active language."""
    return pgettext("between parts", ", ")


def join_list(parts: Iterable[object]) -> str:
    """Return the parts in order, separated by commas; empty parts are left out."""
    return comma().join(str(part) for part in parts if part)
