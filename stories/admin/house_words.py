"""Admin for house style: the changelist and the form."""

from typing import ClassVar

from django.contrib import admin
from django.urls import URLPattern, path

from newsroom.audit.audited_admin import AuditedAdmin
from stories.admin.views.house_words import PasteEntriesView
from stories.models import HouseWord


@admin.register(HouseWord)
class HouseWordAdmin(AuditedAdmin):
    """Admin for house style entries, in alphabetical order."""

    can_undo = False
    fields = ("written", "preferred", "reason", "language", "is_case_sensitive")
    fields_to_read = ("written", "preferred_form", "reason", "language_label", "is_case_sensitive")
    list_display = ("written", "preferred_form", "reason", "language_label")
    list_filter = ("language",)
    search_fields = ("written", "folded", "preferred", "reason")
    search_help_text = "Word or reason"
    ordering: ClassVar = ("folded", "language")
    change_list_template = "admin/stories/houseword/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the screen for pasting several entries."""
        view = self.admin_site.admin_view(PasteEntriesView.as_view(model_admin=self))
        return [path("paste/", view, name="stories_houseword_add_many"), *super().get_urls()]

    @admin.display(description="Use instead", ordering="preferred")
    def preferred_form(self, word: HouseWord) -> str:
        return word.preferred or "Never used"

    @admin.display(description="Language", ordering="language")
    def language_label(self, word: HouseWord) -> str:
        return word.language or "All languages"
