"""Admin of house style: the changelist, the form, and many entries pasted as CSV."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.desk.responses import focus_first_error
from stories.checks import house_style
from stories.models import HouseWord

MAX_PASTE_LENGTH = 1_000_000
MAX_SHOWN_ERRORS = 20


class PasteEntriesForm(forms.Form):
    """Form for lines of CSV, one entry a line."""

    lines = forms.CharField(
        label="Lines",
        max_length=MAX_PASTE_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "dir": "auto"}),
        help_text="One word a line: not so, but so, why, language, and “yes” where capitals matter. "
        "All but the first may be left out; commas, semicolons or tabs part them.",
        error_messages={"required": "Paste at least one line."},
    )

    def add_refusals(self, refused: list[house_style.RefusedLine]) -> None:
        """Add an error for each refused line, up to ``MOST_SHOWN``, and one that counts the rest."""
        for each in refused[:MAX_SHOWN_ERRORS]:
            self.add_error("lines", f"Line {each.line}: {each.reason}")
        if len(refused) > MAX_SHOWN_ERRORS:
            self.add_error("lines", f"And {len(refused) - MAX_SHOWN_ERRORS:,} more.")


@admin.register(HouseWord)
class HouseWordAdmin(AuditedAdmin):
    """Admin of the house style entries, in alphabetical order."""

    puts_back = False
    fields = ("written", "preferred", "reason", "language", "is_case_sensitive")
    fields_to_read = fields
    list_display = ("written", "instead", "reason", "in_language")
    list_filter = ("language",)
    search_fields = ("written", "folded", "preferred", "reason")
    search_help_text = "Either form, or the reason"
    ordering: ClassVar = ("folded", "language")
    change_list_template = "admin/stories/houseword/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the form for many entries."""
        view = self.admin_site.admin_view(self.paste_view)
        return [path("paste/", view, name="stories_houseword_paste"), *super().get_urls()]

    @admin.display(description="But so", ordering="preferred")
    def instead(self, word: HouseWord) -> str:
        return word.preferred or "not used at all"

    @admin.display(description="Language", ordering="language")
    def in_language(self, word: HouseWord) -> str:
        return word.language or "every language"

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """Add or change many entries: all of them, or none if one is refused."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = PasteEntriesForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            added, changed, refused = house_style.import_entries(form.cleaned_data["lines"], by=signed_in_user(request))
            if not refused:
                messages.success(request, f"{added:,} added, {changed:,} changed.")
                return redirect(reverse("admin:stories_houseword_changelist"))
            form.add_refusals(refused)
        request.current_app = self.admin_site.name
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Paste words",
            "form": focus_first_error(form),
        }
        return TemplateResponse(request, "admin/stories/houseword/add_many.html", context)
