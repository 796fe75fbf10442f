"""One row under a form."""

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.db import models

if TYPE_CHECKING:
    from newsroom.editing.rows.formset import UidFormSet


class _MarkField(forms.Field):
    """Says something about a row without being a change of it."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class RowField(_MarkField, forms.CharField):
    """The uid by which a row is known, made once by whoever added the row."""


class PlaceField(_MarkField, forms.IntegerField):
    """Where a row stands among its rows, counted from 1."""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # one form class for rows of every model
    """One row. ``row`` is its uid, ``place`` its place; the set of rows takes care of both."""

    row = RowField(required=False, widget=forms.HiddenInput)
    place = PlaceField(required=False, min_value=1, widget=forms.NumberInput(attrs={"class": "place"}))
    # A new row of some kinds is kept even when nothing was typed in it.
    always_kept: ClassVar[bool] = False
    rows: "UidFormSet"

    @property
    def is_new(self) -> bool:
        """Say whether the row is not in the database yet."""
        return bool(self.instance._state.adding)

    @property
    def is_blank(self) -> bool:
        """Say whether the row is only offered, with nothing in it."""
        if self.is_bound:
            return self.is_new and not self.has_changed()
        return self.is_new and not set(self.initial) - {"row", "place"}

    def has_changed(self) -> bool:
        """Say whether the row has to be saved."""
        return super().has_changed() or (self.always_kept and self.is_new and self.is_bound)

    def validate_unique(self) -> None:
        """Ask the database about rows that changed; the others passed when they were saved."""
        if self.has_changed():
            super().validate_unique()

    def validate_constraints(self) -> None:
        """Ask the database about rows that changed; the others passed when they were saved."""
        if self.has_changed():
            super().validate_constraints()

    def save(self, commit: bool = True) -> models.Model:
        """Save the row and what hangs on it."""
        self.before_saving()
        row: models.Model = self.instance
        row.save()
        self.after_saving()
        return row

    def before_saving(self) -> None:
        """Complete the row with what has to exist first."""

    def after_saving(self) -> None:
        """Write what hangs on the row."""
