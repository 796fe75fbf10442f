"""Join the parts of a list with the comma of the active language."""

from collections.abc import Iterable

from django.utils.translation import pgettext

from newsroom.text.language_cache import cache_by_language


@cache_by_language(64)
def comma() -> str:
    """Return the separator between two parts: a comma and a space, as the active language writes them."""
    return pgettext("between parts", ", ")


def join_list(parts: Iterable[object]) -> str:
    """Return the parts in order, separated by commas; empty parts are left out."""
    return comma().join(str(part) for part in parts if part)
