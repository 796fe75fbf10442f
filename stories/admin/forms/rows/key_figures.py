"""Rows for the key figures of a story, which readers see under *In figures*."""

from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.rows import RowInline
from stories.admin.forms.rows.sources import CitingForm, CitingRows
from stories.models import KeyFigure


class KeyFigureForm(CitingForm):
    """Form for a key figure."""

    class Meta:
        model = KeyFigure
        fields = ("value", "counts", "according_to", "as_of")
        widgets: ClassVar = {
            "value": forms.TextInput(attrs={"dir": "auto"}),
            "counts": forms.TextInput(attrs={"dir": "auto"}),
            "according_to": forms.TextInput(attrs={"dir": "auto"}),
            "as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class KeyFigureRows(RowInline):
    """Inline for key figures, in the order in which readers see them."""

    model = KeyFigure
    form = KeyFigureForm
    formset = CitingRows
    template = "admin/stories/rows/figures.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyFigure]:
        figures: QuerySet[KeyFigure] = super().get_queryset(request)
        return figures.select_related("article")
