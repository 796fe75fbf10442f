"""The admin screen for about pages."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.desk.changelists.columns import boolean_column
from newsroom.desk.forms.markdown import MarkdownEditor, MarkdownField
from newsroom.http.languages import native_name
from newsroom.site.models import AboutPage
from newsroom.text.slugs import slugify


def _language_choices() -> list[tuple[str, str]]:
    first, *others = settings.SITE_LANGUAGES
    return [("", native_name(first)), *((code, native_name(code)) for code in others)]


class AboutPageForm(forms.ModelForm[AboutPage]):
    """The form for an about page in one of the languages of the site."""

    language = forms.ChoiceField(required=False, choices=_language_choices)

    class Meta:
        model = AboutPage
        fields = ("title", "slug", "role", "language", "text", "position", "shown")
        field_classes: ClassVar = {"text": MarkdownField}
        widgets: ClassVar = {"text": MarkdownEditor(rows=12)}


@admin.register(AboutPage)
class AboutPageAdmin(AuditedAdmin):
    can_undo = False
    form = AboutPageForm
    fields = ("title", "slug", "role", "language", "text", "position", "shown")
    list_display = ("title", "slug", "role", "language_name", "position", "is_shown")
    list_filter = ("shown",)
    search_fields = ("title", "text")
    is_shown = boolean_column("shown", "Shown", true="Shown", false="Hidden")

    @admin.display(description="Language", ordering="language")
    def language_name(self, page: AboutPage) -> str:
        return native_name(page.language_tag)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with a link to add a page for each role that no page in the first language has."""
        role_links = []
        if self.has_add_permission(request):
            for role in AboutPage.objects.unused_roles(settings.SITE_LANGUAGES[0]):
                start = {"title": role.label, "slug": slugify(role.label), "role": role.value}
                role_links.append((role.label, f"add/?{urlencode(start)}"))
        return super().changelist_view(request, {"missing_pages": role_links, **(extra_context or {})})
