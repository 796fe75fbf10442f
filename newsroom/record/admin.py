"""The screen of the log: to be read, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.editing.screens import DeskAdmin
from newsroom.record.models import Event


@admin.register(Event)
class EventAdmin(DeskAdmin):
    """What happened, newest first."""

    fields = ("when", "by_name", "verb", "kind", "uid", "before", "after", "reason")
    list_display = ("verb", "kind", "by_name", "when", "reason")
    list_filter = ("kind", "verb")
    search_fields = ("by_name", "reason", "uid")
    search_help_text = "Who, why, or the uid of a thing"
    date_hierarchy = "at"
    actions = None

    @admin.display(description="At", ordering="at")
    def when(self, event: Event) -> str:
        """Say when it happened."""
        return date(timezone.localtime(event.at), "j M Y, H:i")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody write into the log by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change the log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody take anything out of the log."""
        return False
