"""Columns of changelists."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin


def boolean_column(field: str, title: str, *, true: str, false: str) -> Callable[[Any, Any], str]:
    """Return a method for a ``ModelAdmin`` that displays a boolean field in words, in place of a coloured icon.

    The words make sense without the title, which phones do not show.
    """

    @admin.display(description=title, ordering=field)
    def display(model_admin: Any, row: Any) -> str:
        return true if getattr(row, field) else false

    return display
