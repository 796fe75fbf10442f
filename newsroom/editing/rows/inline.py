"""What the stock admin is told of rows."""

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest

from newsroom.editing.rows.formset import UidFormSet


class Rows(InlineModelAdmin):  # type: ignore[type-arg]  # one base for rows of every model
    """Rows of one kind on a form: ``template`` lays them out; a blank one stands at the end for want of a script."""

    formset = UidFormSet  # type: ignore[assignment]  # rows of our own form
    extra = 1

    @property
    def media(self) -> forms.Media:
        """Bring no script of the stock admin along."""
        return forms.Media()

    def starting_rows(self, request: HttpRequest) -> list[dict[str, object]]:
        """Return what a form for something new opens with."""
        return []
