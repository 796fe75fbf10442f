"""Columns of changelists."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin


def boolean_column(field: str, title: str) -> Callable[[Any, Any], str]:
    """Return a method for a ``ModelAdmin`` that displays a boolean field as Yes or No, in place of a coloured icon."""

    @admin.display(description=title, ordering=field)
    def display(model_admin: Any, row: Any) -> str:
        return "Yes" if getattr(row, field) else "No"

    return display
