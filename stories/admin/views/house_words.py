"""The screen for pasting several house style entries as CSV."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.views import DeskFormView, ModelView
from stories.checks import house_style

MAX_PASTE_LENGTH = 1_000_000
MAX_SHOWN_ERRORS = 20


class PasteEntriesForm(forms.Form):
    """Form for CSV with one entry per line."""

    lines = forms.CharField(
        label="Lines",
        max_length=MAX_PASTE_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "dir": "auto"}),
        help_text="One entry per line: word to avoid, word to use, reason, language, and “yes” to match case. "
        "Only the first is required. Separate them with commas, semicolons or tabs.",
        error_messages={"required": "Paste at least one line."},
    )

    def add_refusals(self, refused: list[house_style.RefusedLine]) -> None:
        """Add errors for the first ``MAX_SHOWN_ERRORS`` refused lines, and one that counts the rest."""
        for each in refused[:MAX_SHOWN_ERRORS]:
            self.add_error("lines", f"Line {each.line}: {each.reason}")
        if len(refused) > MAX_SHOWN_ERRORS:
            self.add_error("lines", f"And {len(refused) - MAX_SHOWN_ERRORS:,} more.")


class PasteEntriesView(DeskFormView, ModelView):
    """Add or change several entries: all of them, or none if one is refused."""

    template_name = "admin/stories/houseword/add_many.html"
    form_class = PasteEntriesForm

    def prepare(self) -> None:
        model_admin, request = self.model_admin, self.request
        self.require(model_admin.has_add_permission(request) and model_admin.has_change_permission(request))

    def submit(self, form: PasteEntriesForm) -> HttpResponse | None:
        by = signed_in_user(self.request)
        added, changed, refused = house_style.import_entries(form.cleaned_data["lines"], by=by)
        if refused:
            form.add_refusals(refused)
            return None
        messages.success(self.request, f"{added:,} added, {changed:,} changed.")
        return redirect(self.address("changelist"))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "title": "Paste words"}
