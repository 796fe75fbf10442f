"""DeskAdmin, the base class for the ModelAdmins of the desk, and the list of errors above an invalid form."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import IntegrityError, models
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse

from newsroom.desk.deletion import Alternative, list_link_prefixes, list_protections
from newsroom.desk.forms.markdown import MarkdownField
from newsroom.desk.forms.rows import FormSetsByPrefix, RowInline
from newsroom.http.request_state import RequestState
from newsroom.page_cache.invalidation import invalidation

# The formsets of the current request's form, keyed by prefix.
FORMSETS: RequestState[FormSetsByPrefix] = RequestState(dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a form. ``place`` names the row and the field, and ``field`` is the id of the element to link to.

    Each is an empty string if there is nothing to name or to link to.
    """

    place: str
    message: str
    field: str


def list_problems(form: forms.BaseForm, formsets: list[BaseModelFormSet]) -> list[Problem]:  # type: ignore[type-arg]
    """Return all errors of the form, followed by those of its formsets."""
    problems = _list_form_problems(form, "")
    for formset in formsets:
        meta = formset.model._meta  # type: ignore[union-attr]  # every formset has a model
        name = str(meta.verbose_name_plural).capitalize()
        problems += [Problem(name, str(message), f"rows-{formset.prefix}") for message in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, start=1):
            problems += _list_form_problems(row, f"{str(meta.verbose_name).capitalize()} {number}")
    return problems


def _list_form_problems(form: forms.BaseForm, place: str) -> list[Problem]:
    problems = []
    for name, messages in form.errors.items():
        field = form[name] if name in form.fields else None
        label = ", ".join(part for part in (place, str(field.label) if field else "") if part)
        target = (field.id_for_label if field else "") or _get_first_control_id(form)
        problems += [Problem(label, str(message), target) for message in messages]
    return problems


def _get_first_control_id(form: forms.BaseForm) -> str:
    return next((field.id_for_label for field in form.visible_fields()), "")


def _without_links(nested: list[Any], prefixes: tuple[str, ...]) -> list[Any]:
    """Return the nested list of descriptions without those that begin with one of ``prefixes``, or that are empty."""
    shown = [
        _without_links(each, prefixes) if isinstance(each, list) else each
        for each in nested
        if isinstance(each, list) or not str(each).startswith(prefixes)
    ]
    return [each for each in shown if each]


class DeskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a base for any model
    """A ModelAdmin whose forms use none of Django's scripts, because inlines and choosers are the desk's own."""

    list_per_page = 50
    list_max_show_all = 200
    show_facets = admin.ShowFacets.NEVER
    delete_confirmation_max_display = 50
    # The fields that a user without the change permission sees instead of the fields of the form.
    fields_to_read: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field. A Markdown field shows the names that the user may see."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, MarkdownField):
            field.by = request.user
        return field

    def get_view_on_site_url(self, obj: models.Model | None = None) -> str | None:
        """Return the public address of the object, or None if it has none."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    @property
    def media(self) -> forms.Media:
        """An empty Media: the templates name the scripts that they need."""
        return forms.Media()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Handle a POST inside ``invalidation()``, so that page keys are invalidated at the end of its transaction."""
        with invalidation() if request.method == "POST" else nullcontext():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Handle a POST inside ``invalidation()``, as ``changeform_view`` does."""
        with invalidation() if request.method == "POST" else nullcontext():
            return super().delete_view(request, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        """Do nothing: the audit log and revisions record more than Django's log, and erasing a work includes them."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        """Do nothing; see ``log_addition``."""

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[models.Model]) -> Any:
        """Do nothing; see ``log_addition``."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return only what protects ``objs`` from deletion, in words; if nothing does, what Django would delete.

        Rows that only link an object to another are left out.
        """
        if protections := [words for obj in objs for words in list_protections(obj)]:
            return [], {}, set(), protections
        deleted, *others = super().get_deleted_objects(objs, request)
        prefixes = tuple(prefix for obj in objs for prefix in list_link_prefixes(obj))
        return [_without_links(deleted, prefixes), *others]

    def get_alternative_to_deletion(self, obj: models.Model) -> Alternative | None:
        """Return what a user can do instead of deleting an object that is in use, or None."""
        return None

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Render the confirmation or, for an object that is in use, what uses it and what to do instead."""
        if context["protected"]:
            context["alternative"] = self.get_alternative_to_deletion(context["object"])
        return super().render_delete_form(request, context)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Return the fields, or ``fields_to_read`` for a user without the change permission."""
        if self.fields_to_read and obj and not self.has_change_permission(request, obj):
            return self.fields_to_read
        return super().get_fields(request, obj)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: models.Model, inline: InlineModelAdmin[Any, Any], prefix: str
    ) -> dict[str, Any]:
        """Add ``formsets_of_form``, which all formsets of a form share, and the initial rows of a new object."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, RowInline):
            kwargs["formsets_of_form"] = FORMSETS.get(request)
            if request.method != "POST" and obj._state.adding:
                kwargs["initial"] = inline.initial_rows(request)
        return kwargs

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: models.Model | None = None,
    ) -> HttpResponse:
        """Add the errors of the form and its formsets to the context, each with the id of its control."""
        form = context["adminform"].form
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        context["problems"] = list_problems(form, formsets) if form.is_bound else []
        context["errors"] = []  # the template lists ``problems`` instead
        context["form"] = form
        return super().render_change_form(request, context, add, change, form_url, obj)


class UniqueValuesAdmin(DeskAdmin):
    """Base class for admin screens of objects whose names or addresses are unique."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try again after an IntegrityError, so that validation reports what another user saved at the same time."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)
