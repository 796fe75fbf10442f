"""Puts parts beside each other with the comma of the language that is active."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def comma() -> str:
    """Return what stands between two parts: a comma and a space, as the language writes them."""
    return pgettext("between parts", ", ")


def join_list(parts: Iterable[object]) -> str:
    """Return the parts in their order with a comma between each two; those that say nothing are left out."""
    return comma().join(str(part) for part in parts if part)
