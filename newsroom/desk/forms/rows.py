"""Inline rows that are found by uid, ordered by their places, and saved only if they changed."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import TooManyFieldsSent, ValidationError
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict

from newsroom.http.converters import parse_number


class _UntrackedField(forms.Field):
    """A field that identifies or orders a row and never counts as a change to it."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class RowField(_UntrackedField, forms.CharField):
    """The uid that identifies a row, generated once when the row is added."""


class PositionField(_UntrackedField, forms.IntegerField):
    """The place of a row in its formset, counted from 1."""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # a base for rows of any model
    """A form for one row. ``row`` is the uid of the row, and ``place`` is its place in the formset."""

    row = RowField(required=False, widget=forms.HiddenInput)
    place = PositionField(required=False, min_value=1, widget=forms.HiddenInput)
    # Whether a new row is saved even if nothing was entered.
    save_if_empty: ClassVar[bool] = False
    # Constraints of the model that the form checks itself, without the database and with its own messages.
    form_checked_constraints: ClassVar[frozenset[str]] = frozenset()
    rows: "UidFormSet"
    # The values of the buttons that swap the row with the one before it and with the one after it.
    swap_up: str = ""
    swap_down: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the row is not yet in the database."""
        return bool(self.instance._state.adding)

    @property
    def is_blank(self) -> bool:
        """Whether the row is an empty one that the user may fill in."""
        if self.is_bound:
            return self.is_new and not self.has_changed()
        return self.is_new and not set(self.initial) - {"row", "place", "parent"}

    def has_changed(self) -> bool:
        """Return whether the row has to be saved."""
        return super().has_changed() or (self.save_if_empty and self.is_new and self.is_bound)

    def validate_unique(self) -> None:
        """Check unique fields only if the row changed, because an unchanged row was valid when it was saved."""
        if self.has_changed():
            super().validate_unique()

    def validate_constraints(self) -> None:
        """Validate the constraints on changed fields, or all constraints of a new row.

        The constraints in ``form_checked_constraints`` are left out. Unchanged fields were valid when the row was
        saved.
        """
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]  # the stubs leave it out
        for model, constraint in self._constraints_to_validate():
            try:
                constraint.validate(model, self.instance, exclude=exclude)
            except ValidationError as error:
                self._update_errors(error)  # type: ignore[attr-defined]  # the stubs leave it out

    def _constraints_to_validate(self) -> Iterator[tuple[type[models.Model], BaseConstraint]]:
        if not self.has_changed():
            return
        changed = set(self.changed_data)
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                if constraint.name not in self.form_checked_constraints and (
                    self.is_new or changed & _get_constrained_fields(constraint)
                ):
                    yield model, constraint

    def save(self, commit: bool = True) -> models.Model:
        """Call ``before_save``, save the row, and call ``after_save``. ``commit`` has no effect."""
        self.before_save()
        row: models.Model = self.instance
        row.save()
        self.after_save()
        return row

    def before_save(self) -> None:
        """Do nothing. Subclasses complete the instance here, and create the objects that it refers to."""

    def after_save(self) -> None:
        """Do nothing. Subclasses save the objects that refer to the row here, such as many-to-many relations."""


def _get_constrained_fields(constraint: BaseConstraint) -> set[str]:
    """Return the names of the fields in a constraint."""
    if isinstance(constraint, UniqueConstraint):
        condition = constraint.condition or Q()
        return {*constraint.fields, *condition.referenced_base_fields}
    assert isinstance(constraint, CheckConstraint)  # noqa: S101  # models of rows have no other kind
    return set(Q(constraint.condition).referenced_base_fields)


type FormSetsByPrefix = dict[str, "UidFormSet"]

# The name of a button that swaps two rows in a form without JavaScript; its value names the prefixes of both rows.
SWAP_BUTTON = "_swap"


def swap_rows(posted: QueryDict) -> QueryDict:
    """Return the submitted form; if a button was pressed that swaps two rows, a copy with their places swapped."""
    if SWAP_BUTTON not in posted:
        return posted
    swapped = posted.copy()
    first, _, second = swapped.get(SWAP_BUTTON, "").partition(" ")
    first_place, second_place = swapped.get(f"{first}-place"), swapped.get(f"{second}-place")
    if first_place is not None and second_place is not None:
        swapped[f"{first}-place"], swapped[f"{second}-place"] = second_place, first_place
    return swapped


# The maximum number of rows in all formsets of a form together. More rows with all their fields would exceed the limit
# on the number of fields in a request.
MAX_ROWS_PER_FORM = 1_500


def link_neighbours(forms: Iterable[RowForm]) -> None:
    """Set the values of the buttons that swap a row with its neighbours. A blank row has none."""
    for before, after in pairwise(form for form in forms if not form.is_blank):
        before.swap_down = after.swap_up = f"{before.prefix} {after.prefix}"


class UidFormSet(BaseInlineFormSet[Any, Any, RowForm]):
    """A formset in which a repeated or late request neither loses nor duplicates rows.

    A posted row is found by its uid, never by its primary key. An unknown uid means a new row, even if another user has
    deleted the row in the meantime. Rows are ordered by their places. ``unique_field`` names a form field whose values
    are unique in the formset; a row in which it changes is recreated under the same uid. ``formsets_of_form`` contains
    all formsets of the same form.
    """

    unique_field: ClassVar[str] = ""
    ordered: ClassVar[bool] = True
    default_error_messages = {
        "missing_management_form": "This part of the form is incomplete. Copy your text, reload the form and paste it."
    }

    def __init__(self, *args: object, formsets_of_form: FormSetsByPrefix | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        self.formsets_of_form: FormSetsByPrefix = {} if formsets_of_form is None else formsets_of_form
        self.formsets_of_form[str(self.prefix)] = self
        if (
            self.is_bound
            and sum(rows.total_form_count() for rows in self.formsets_of_form.values()) > MAX_ROWS_PER_FORM
        ):
            raise TooManyFieldsSent(f"The form has more than {MAX_ROWS_PER_FORM:,} rows.")
        self._seen_identities: set[object] = set()

    @property
    def rows_model(self) -> type[models.Model]:
        """The model of the rows."""
        assert self.model is not None  # noqa: S101  # Django's factory gives every formset one
        return self.model

    def identity(self, row: models.Model) -> object:
        """Return the value that identifies a posted row."""
        return row.uid  # type: ignore[attr-defined]  # every row has one

    def posted_identity(self, text: str) -> object | None:
        """Return the identity in a submitted value, or None if the value is invalid."""
        try:
            return UUID(text)
        except ValueError:
            return None

    def new_row(self, identity: object) -> models.Model:
        """Return a new, unsaved row for an identity that is not in the database."""
        return self.rows_model(uid=identity)

    def set_initial(self, form: RowForm) -> None:
        """Do nothing. Subclasses set initial values here that do not come from model fields."""

    def initial_form_count(self) -> int:
        """Return 0 for a bound formset, whose existing rows are found by their uids."""
        return 0 if self.is_bound else super().initial_form_count()

    def _construct_form(self, i: int, **kwargs: object) -> RowForm:
        if self.is_bound:
            if not hasattr(self, "_rows"):
                self._rows = {self.identity(row): row for row in self.get_queryset()}
            identity = self.posted_identity(self.data.get(f"{self.add_prefix(i)}-row", ""))
            if identity and identity not in self._seen_identities:
                self._seen_identities.add(identity)
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
        """The form that the script copies to add a row."""
        form = super().empty_form
        form.rows = self
        return form

    def full_clean_once(self) -> None:
        """Validate the rows, unless they have already been validated."""
        self.is_valid()

    @property
    def forms_in_page_order(self) -> list[RowForm]:
        """The rows in page order, each with the buttons that swap it with its neighbours."""
        ordered = self._forms_by_place()
        link_neighbours(ordered)
        return ordered

    def _forms_by_place(self) -> list[RowForm]:
        if not self.is_bound:
            return list(self.forms)

        def place(numbered: tuple[int, RowForm]) -> tuple[int, int]:
            index, form = numbered
            number = parse_number(str(form["place"].value() or ""), digits=9) if "place" in form.fields else None
            return index + 1 if number is None else number, index

        return [form for _, form in sorted(enumerate(self.forms), key=place)]

    def add_fields(self, form: RowForm, index: int | None) -> None:
        """Add the fields. The rows of a bound formset and the empty form get no primary key field."""
        super().add_fields(form, index)
        if self.is_bound or index is None:
            form.fields.pop(self.rows_model._meta.pk.name, None)

    def validate_unique(self) -> None:
        """Do nothing: subclasses report duplicates in ``clean``, with their own messages."""

    def is_removed(self, form: RowForm) -> bool:
        """Return whether the row is marked for deletion."""
        return (
            bool(self.can_delete and form.cleaned_data.get(DELETION_FIELD_NAME))
            if hasattr(form, "cleaned_data")
            else False
        )

    def is_remaining(self, form: RowForm) -> bool:
        """Return whether the row is neither removed nor left blank."""
        return not self.is_removed(form) and (form.has_changed() or not form.is_new)

    def rows_in_order(self) -> list[RowForm]:
        """Return the remaining rows, ordered by place.

        Among rows with the same place, a row that was moved up comes first and a row that was moved down comes last.
        """

        def order(numbered: tuple[int, RowForm]) -> tuple[int, int, int]:
            index, form = numbered
            place, before = form.cleaned_data.get("place") or index + 1, index + 1
            return place, (place > before) - (place < before), index

        remaining = [(index, form) for index, form in enumerate(self.forms) if self.is_remaining(form)]
        return [form for _, form in sorted(remaining, key=order)]

    def save(self, commit: bool = True) -> list[models.Model]:
        """Delete removed rows, then save new, changed and moved rows. Return the rows that were added or changed."""
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        for form in self.forms:
            if not form.is_new and self.is_removed(form):
                self.deleted_objects.append(form.instance)
                self.delete_existing(form.instance)
        rows = self.rows_in_order()
        self._prevent_collisions(rows)
        changed, moved = [], []
        for position, form in self.number_rows(rows):
            if self.ordered and form.instance.position != position:
                form.instance.position = position
                moved.append(form)
            if form.is_new:
                self.new_objects.append(self.save_new(form))
            elif form.has_changed():
                changed.append(form)
        if changed:
            self.save_changed(changed)
        only_moved = [form.instance for form in moved if form not in changed and form.instance not in self.new_objects]
        if only_moved:
            self.rows_model._default_manager.bulk_update(only_moved, ["position"])
        self.changed_objects = [(form.instance, form.changed_data) for form in changed]
        return [*self.new_objects, *(form.instance for form in changed)]

    def number_rows(self, rows: list[RowForm]) -> Iterator[tuple[int, RowForm]]:
        """Yield each row with its position, counted from 0."""
        yield from enumerate(rows)

    def save_changed(self, changed: list[RowForm]) -> None:
        """Save existing rows with ``bulk_update``, and call ``before_save`` and ``after_save`` of each form."""
        for form in changed:
            form.before_save()
        fields = [field.name for field in self.rows_model._meta.concrete_fields if not field.primary_key]
        self.rows_model._default_manager.bulk_update([form.instance for form in changed], fields)
        for form in changed:
            form.after_save()

    def _prevent_collisions(self, rows: list[RowForm]) -> None:
        """Delete rows whose ``unique_field`` changes, to insert them again.

        Give a new row a different uid if its own is in use.
        """
        for form in rows:
            if self.unique_field and self.unique_field in form.changed_data and not form.is_new:
                form.instance.delete()
                form.instance._state.adding = True
        if new := [form.instance for form in rows if form.is_new and hasattr(form.instance, "uid")]:
            uids = [row.uid for row in new]
            existing = set(self.rows_model._default_manager.filter(uid__in=uids).values_list("uid", flat=True))
            for row in new:
                if row.uid in existing:
                    row.uid = uuid.uuid4()


class RowInline(InlineModelAdmin):  # type: ignore[type-arg]  # a base for rows of any model
    """An inline whose rows are rendered with ``template``. With a blank row at the end, it works without JavaScript."""

    formset = UidFormSet  # type: ignore[assignment]  # for RowForm only
    extra = 1

    @property
    def media(self) -> forms.Media:
        """An empty Media, without the scripts of Django's admin."""
        return forms.Media()

    def initial_rows(self, request: HttpRequest) -> list[dict[str, object]]:
        """Return []. Subclasses return the initial values of the rows in the form for a new object."""
        return []


class NestedRowForm(RowForm):
    """A form for a row that belongs to another row of the same form; ``parent`` is the uid of that row."""

    parent = RowField(required=False, widget=forms.HiddenInput)


class NestedFormSet(UidFormSet):
    """A formset for all rows that belong to the rows of another formset of the same form, with the prefix ``parents``.

    The other formset is validated and saved first. A row whose parent is removed is removed, too. ``path`` is the lookup
    from a row to the object of the form, and ``blank_rows`` is the number of blank rows for each parent.
    """

    parents: ClassVar[str]
    path: ClassVar[str]
    blank_rows: ClassVar[int] = 1

    def __init__(self, *args: object, formsets_of_form: FormSetsByPrefix | None = None, **kwargs: Any) -> None:
        # Django’s formset would take the object of the form for the one to which its foreign key leads.
        self.form_object = kwargs.pop("instance", None)
        self._all_rows = kwargs.pop("queryset", None)
        super().__init__(*args, formsets_of_form=formsets_of_form, **kwargs)

    @cached_property
    def _saved(self) -> dict[object, tuple[Any, models.Model]]:
        """The saved rows of all parents, each with its parent, keyed by primary key."""
        # Without saved parents, the rows take no query.
        if not self.parent_rows.get_queryset():
            return {}
        rows = self.rows_model._default_manager.all() if self._all_rows is None else self._all_rows
        # A formset of Django sets the foreign key of each row, so the parents are read first.
        return {row.pk: (row, getattr(row, self.fk.name)) for row in rows.filter(**{self.path: self.form_object})}

    def get_queryset(self) -> Any:
        """Return the saved rows of all parents."""
        return [row for row, _ in self._saved.values()]

    @property
    def parent_rows(self) -> UidFormSet:
        """The formset of the parents."""
        return self.formsets_of_form[self.parents]

    def total_form_count(self) -> int:
        """Return the number of rows, with the blank ones of each parent."""
        if self.is_bound:
            return super().total_form_count()
        return self.initial_form_count() + self.blank_rows * len(self.parent_rows.forms)

    def add_fields(self, form: RowForm, index: int | None) -> None:
        """Add the fields, without the foreign key, which ``parent`` replaces."""
        super().add_fields(form, index)
        form.fields.pop(self.fk.name)

    def _construct_form(self, i: int, **kwargs: object) -> RowForm:
        form = super()._construct_form(i, **kwargs)
        if form.instance.pk in self._saved:
            _, parent = self._saved[form.instance.pk]
            setattr(form.instance, self.fk.name, parent)
            form.initial["parent"] = str(self.parent_rows.identity(parent))
        elif not self.is_bound:
            blank = self.parent_rows.forms[(i - self.initial_form_count()) // self.blank_rows]
            form.initial["parent"] = str(blank["row"].value())
        return form

    def of_parent(self, parent: RowForm) -> list[RowForm]:
        """Return the rows of a parent in page order, each with the buttons that swap it with its neighbours."""
        uid = str(parent["row"].value())
        forms = [form for form in self._forms_by_place() if form["parent"].value() == uid]
        link_neighbours(forms)
        return forms

    @cached_property
    def _parents_by_uid(self) -> dict[str, RowForm]:
        self.parent_rows.full_clean_once()
        return {str(form["row"].value()): form for form in self.parent_rows.forms}

    def find_parent(self, form: RowForm) -> RowForm | None:
        """Return the row to which a submitted row belongs, or None if it is removed or not on the form."""
        parent = self._parents_by_uid.get(str(form["parent"].value()))
        return parent if parent and self.parent_rows.is_remaining(parent) else None

    def _should_delete_form(self, form: RowForm) -> bool:
        return super()._should_delete_form(form) or self.find_parent(form) is None  # type: ignore[misc]  # as above

    def is_removed(self, form: RowForm) -> bool:
        """Return whether the row or its parent is marked for deletion."""
        return super().is_removed(form) or self.find_parent(form) is None

    def number_rows(self, rows: list[RowForm]) -> Iterator[tuple[int, RowForm]]:
        """Yield each row with its position among the rows of its parent."""
        positions: Counter[str] = Counter()
        for form in rows:
            uid = str(form["parent"].value())
            yield positions[uid], form
            positions[uid] += 1

    def save_new(self, form: RowForm, commit: bool = True) -> models.Model:
        """Attach the row to its parent and save it."""
        parent = self.find_parent(form)
        assert parent is not None  # noqa: S101  # a row without one is removed
        setattr(form.instance, self.fk.name, parent.instance)
        return form.save()


class NestedRowInline(RowInline):
    """An inline for rows that belong to rows of the model ``parent_row`` on the same form."""

    parent_row: ClassVar[type[models.Model]]

    def __init__(self, parent_model: type[models.Model], admin_site: AdminSite) -> None:
        super().__init__(self.parent_row, admin_site)
