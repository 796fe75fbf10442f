"""One row under a form."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint

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
    # Constraints of the model that the form asks about in words of its own, without the database.
    asked_here: ClassVar[frozenset[str]] = frozenset()
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
        """Ask the database what is to be asked of what changed; the rest passed when it was saved."""
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]  # the stubs leave it out
        for model, constraint in self._constraints_in_question():
            try:
                constraint.validate(model, self.instance, exclude=exclude)
            except ValidationError as refusal:
                self._update_errors(refusal)  # type: ignore[attr-defined]  # the stubs leave it out

    def _constraints_in_question(self) -> Iterator[tuple[type[models.Model], BaseConstraint]]:
        if not self.has_changed():
            return
        changed = set(self.changed_data)
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                if constraint.name not in self.asked_here and (self.is_new or changed & _named_in(constraint)):
                    yield model, constraint

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


def _named_in(constraint: BaseConstraint) -> set[str]:
    """Return the fields that a constraint is about."""
    if isinstance(constraint, UniqueConstraint):
        condition = constraint.condition or Q()
        return {*constraint.fields, *condition.referenced_base_fields}
    assert isinstance(constraint, CheckConstraint)  # noqa: S101  # rows have no other kind
    return set(Q(constraint.condition).referenced_base_fields)
