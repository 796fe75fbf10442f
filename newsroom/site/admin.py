"""The screens of the pages about us."""

from typing import ClassVar

from django import forms
from django.contrib import admin

from newsroom.editing.markdown import MarkdownEditor
from newsroom.record.screens import RecordedAdmin
from newsroom.site.models import AboutPage


class AboutPageForm(forms.ModelForm[AboutPage]):
    """A page about us."""

    class Meta:
        model = AboutPage
        fields = ("title", "slug", "text", "position", "shown")
        widgets: ClassVar = {"text": MarkdownEditor(rows=12)}
        labels: ClassVar = {"slug": "Address"}


@admin.register(AboutPage)
class AboutPageAdmin(RecordedAdmin):
    """Pages about us, in the order of the foot."""

    puts_back = False
    form = AboutPageForm
    fields = ("title", "slug", "text", "position", "shown")
    list_display = ("title", "slug", "position", "shown")
    list_filter = ("shown",)
    search_fields = ("title", "text")
