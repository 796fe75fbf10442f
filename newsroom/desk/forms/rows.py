"""Inline rows that are found by uid, ordered by their places, and saved only when they changed."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import TooManyFieldsSent, ValidationError
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from newsroom.http.converters import parse_number


class _MarkField(forms.Field):
    """A field that identifies or orders a row and never counts as a change of it."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class RowField(_MarkField, forms.CharField):
    """The uid that identifies a row, generated once when the row is added."""


class PositionField(_MarkField, forms.IntegerField):
    """The place of a row in its formset, counted from 1."""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # a base for rows of any model
    """A form for one row; ``row`` is its uid and ``place`` its place, both handled by the formset."""

    row = RowField(required=False, widget=forms.HiddenInput)
    place = PositionField(required=False, min_value=1, widget=forms.NumberInput(attrs={"class": "place"}))
    # Whether a new row is saved even when nothing was typed in it.
    save_if_empty: ClassVar[bool] = False
    # Constraints of the model that the form checks itself, without the database and with its own messages.
    form_checked_constraints: ClassVar[frozenset[str]] = frozenset()
    rows: "UidFormSet"

    @property
    def is_new(self) -> bool:
        """Whether the row is not in the database yet."""
        return bool(self.instance._state.adding)

    @property
    def is_blank(self) -> bool:
        """Whether the row is only offered to be filled in, and is empty."""
        if self.is_bound:
            return self.is_new and not self.has_changed()
        return self.is_new and not set(self.initial) - {"row", "place"}

    def has_changed(self) -> bool:
        """Return whether the row has to be saved."""
        return super().has_changed() or (self.save_if_empty and self.is_new and self.is_bound)

    def validate_unique(self) -> None:
        """Validate only a row that changed; the others passed when they were saved."""
        if self.has_changed():
            super().validate_unique()

    def validate_constraints(self) -> None:
        """Validate the constraints that the changed fields concern; the others passed when the row was saved."""
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
                if constraint.name not in self.form_checked_constraints and (
                    self.is_new or changed & _named_in(constraint)
                ):
                    yield model, constraint

    def save(self, commit: bool = True) -> models.Model:
        """Save the row and the objects that depend on it."""
        self.before_save()
        row: models.Model = self.instance
        row.save()
        self.after_save()
        return row

    def before_save(self) -> None:
        """Complete the instance, and create what it refers to."""

    def after_save(self) -> None:
        """Save what refers to the row, such as many-to-many relations."""


def _named_in(constraint: BaseConstraint) -> set[str]:
    """Return the names of the fields that a constraint concerns."""
    if isinstance(constraint, UniqueConstraint):
        condition = constraint.condition or Q()
        return {*constraint.fields, *condition.referenced_base_fields}
    assert isinstance(constraint, CheckConstraint)  # noqa: S101  # models of rows have no other kind
    return set(Q(constraint.condition).referenced_base_fields)


type Together = dict[str, "UidFormSet"]

# Of all formsets of a form. A request with every field of each row cannot carry more.
MOST_ROWS_OF_FORM = 1_500


class UidFormSet(BaseInlineFormSet[Any, Any, RowForm]):
    """A formset whose rows are neither lost nor duplicated by a repeated, late or restored request.

    A posted row is found by its uid, never by its primary key. An unknown uid is a new row, even if somebody else
    deleted the row meanwhile. Rows are ordered by their places. ``key`` names a form field whose values are unique in
    the set: a row that changes it is created anew under the same uid. ``together`` holds all formsets of the same form.
    """

    unique_field: ClassVar[str] = ""
    ordered: ClassVar[bool] = True

    def __init__(self, *args: object, together: Together | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        self.formsets_of_form: Together = {} if together is None else together
        self.formsets_of_form[str(self.prefix)] = self
        if (
            self.is_bound
            and sum(rows.total_form_count() for rows in self.formsets_of_form.values()) > MOST_ROWS_OF_FORM
        ):
            raise TooManyFieldsSent(f"The form has more than {MOST_ROWS_OF_FORM:,} rows.")
        self._found: set[object] = set()

    @property
    def rows_model(self) -> type[models.Model]:
        """The model of the rows."""
        assert self.model is not None  # noqa: S101  # Django's factory gives every formset one
        return self.model

    def identity(self, row: models.Model) -> object:
        """Return the value by which a posted row is found."""
        return row.uid  # type: ignore[attr-defined]  # every row has one

    def posted_identity(self, text: str) -> object | None:
        """Return the identity in a submitted value, or None if it is not valid."""
        try:
            return UUID(text)
        except ValueError:
            return None

    def new_row(self, identity: object) -> models.Model:
        """Return a new, unsaved row for an identity that is not in the database."""
        return self.rows_model(uid=identity)

    def set_initial(self, form: RowForm) -> None:
        """Set initial values of the form that do not come from fields of the model."""

    def initial_form_count(self) -> int:
        """Return 0 for a bound formset, whose existing rows are found by their uids."""
        return 0 if self.is_bound else super().initial_form_count()

    def _construct_form(self, i: int, **kwargs: object) -> RowForm:
        if self.is_bound:
            if not hasattr(self, "_rows"):
                self._rows = {self.identity(row): row for row in self.get_queryset()}
            identity = self.posted_identity(self.data.get(f"{self.add_prefix(i)}-row", ""))
            if identity and identity not in self._found:
                self._found.add(identity)
                kwargs["instance"] = self._rows.get(identity) or self.new_row(identity)
        form: RowForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        form.rows = self
        if not form.is_new:
            form.empty_permitted = False
        form.initial.setdefault("row", str(self.identity(form.instance)))
        form.initial.setdefault("place", i + 1)
        self.set_initial(form)
        return form

    @property
    def empty_form(self) -> RowForm:
        """The form that the script copies for a row that is added."""
        form = super().empty_form
        form.rows = self
        return form

    def full_clean_once(self) -> None:
        """Validate the rows now, for another formset that needs the result earlier."""
        self.is_valid()

    @property
    def forms_in_page_order(self) -> list[RowForm]:
        """The rows in the order in which a page shows them: submitted rows by their submitted places."""
        if not self.is_bound:
            return list(self.forms)

        def place(numbered: tuple[int, RowForm]) -> tuple[int, int]:
            index, form = numbered
            sent = parse_number(str(form["place"].value() or ""), digits=9) if "place" in form.fields else None
            return index + 1 if sent is None else sent, index

        return [form for _, form in sorted(enumerate(self.forms), key=place)]

    def add_fields(self, form: RowForm, index: int | None) -> None:
        """Add the fields, without the primary key in rows that were posted or may be added."""
        super().add_fields(form, index)
        if self.is_bound or index is None:
            form.fields.pop(self.rows_model._meta.pk.name, None)

    def validate_unique(self) -> None:
        """Do nothing: ``clean`` reports duplicates, with its own messages."""

    def is_removed(self, form: RowForm) -> bool:
        """Return whether the row is marked for deletion."""
        return (
            bool(self.can_delete and form.cleaned_data.get(DELETION_FIELD_NAME))
            if hasattr(form, "cleaned_data")
            else False
        )

    def is_remaining(self, form: RowForm) -> bool:
        """Return whether the row is neither removed nor a blank one that was only offered."""
        return not self.is_removed(form) and (form.has_changed() or not form.is_new)

    def rows_in_order(self) -> list[RowForm]:
        """Return the rows that stay, ordered by place.

        Of two rows with the same place, one that was moved up goes first and one that was moved down goes last.
        """

        def order(numbered: tuple[int, RowForm]) -> tuple[int, int, int]:
            index, form = numbered
            place, before = form.cleaned_data.get("place") or index + 1, index + 1
            return place, (place > before) - (place < before), index

        staying = [(index, form) for index, form in enumerate(self.forms) if self.is_remaining(form)]
        return [form for _, form in sorted(staying, key=order)]

    def save(self, commit: bool = True) -> list[models.Model]:
        """Delete removed rows, then save rows that changed or moved; return the rows that were added or changed."""
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        for form in self.forms:
            if not form.is_new and self.is_removed(form):
                self.deleted_objects.append(form.instance)
                self.delete_existing(form.instance)
        rows = self.rows_in_order()
        self._make_room(rows)
        changed, moved = [], []
        for position, form in enumerate(rows):
            if self.ordered and form.instance.position != position:
                form.instance.position = position
                moved.append(form)
            if form.is_new:
                self.new_objects.append(self.save_new(form))
            elif form.has_changed():
                changed.append(form)
        if changed:
            self.save_changed(changed)
        if left := [form.instance for form in moved if form not in changed and form.instance not in self.new_objects]:
            self.rows_model._default_manager.bulk_update(left, ["position"])
        self.changed_objects = [(form.instance, form.changed_data) for form in changed]
        return [*self.new_objects, *(form.instance for form in changed)]

    def save_changed(self, changed: list[RowForm]) -> None:
        """Save existing rows in one statement, and the objects that depend on each."""
        for form in changed:
            form.before_save()
        fields = [field.name for field in self.rows_model._meta.concrete_fields if not field.primary_key]
        self.rows_model._default_manager.bulk_update([form.instance for form in changed], fields)
        for form in changed:
            form.after_save()

    def _make_room(self, rows: list[RowForm]) -> None:
        """Delete rows that change their key, and give a new row a fresh uid where its own is already used."""
        for form in rows:
            if self.unique_field and self.unique_field in form.changed_data and not form.is_new:
                form.instance.delete()
                form.instance._state.adding = True
        if new := [form.instance for form in rows if form.is_new and hasattr(form.instance, "uid")]:
            uids = [row.uid for row in new]
            taken = set(self.rows_model._default_manager.filter(uid__in=uids).values_list("uid", flat=True))
            for row in new:
                if row.uid in taken:
                    row.uid = uuid.uuid4()


class RowInline(InlineModelAdmin):  # type: ignore[type-arg]  # a base for rows of any model
    """An inline of rows: ``template`` lays them out, and a blank row at the end makes it work without scripts."""

    formset = UidFormSet  # type: ignore[assignment]  # for RowForm only
    extra = 1

    @property
    def media(self) -> forms.Media:
        """An empty Media, without the scripts of the stock admin."""
        return forms.Media()

    def initial_rows(self, request: HttpRequest) -> list[dict[str, object]]:
        """Return the initial values of the rows on the form of a new object."""
        return []
