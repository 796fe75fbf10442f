"""The screens of the pages about us."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.editing.markdown import MarkdownEditor
from newsroom.editing.screens import DeskAdmin
from newsroom.site.models import AboutPage


class AboutPageForm(forms.ModelForm[AboutPage]):
    """A page about us."""

    class Meta:
        model = AboutPage
        fields = ("title", "slug", "text", "position", "shown")
        widgets: ClassVar = {"text": MarkdownEditor(rows=12)}
        labels: ClassVar = {"slug": "Address"}


@admin.register(AboutPage)
class AboutPageAdmin(DeskAdmin):
    """Pages about us, in the order of the foot."""

    form = AboutPageForm
    fields = ("title", "slug", "text", "position", "shown")
    list_display = ("title", "slug", "position", "shown")
    list_filter = ("shown",)
    search_fields = ("title", "text")
    change_form_template = "admin/editing/named.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the page alone: nothing else uses it."""
        context["stands_alone"] = True
        return super().render_change_form(request, context, *args, **kwargs)
