"""The base of every form and list of the desk."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from newsroom.desk.forms.rows import RowInline
from newsroom.page_cache.invalidation import invalidation


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a form was not saved: ``field`` is the id of the control to go to, or empty."""

    place: str
    message: str
    field: str


def problems_of(form: forms.BaseForm, formsets: list[BaseModelFormSet]) -> list[Problem]:  # type: ignore[type-arg]
    """Return every reason for which the form and its rows were refused, in the order of the page."""
    found = _of_form(form, "")
    for formset in formsets:
        meta = formset.model._meta  # type: ignore[union-attr]  # every set of rows has a model
        name = str(meta.verbose_name_plural).capitalize()
        found += [Problem(name, str(message), f"rows-{formset.prefix}") for message in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, start=1):
            found += _of_form(row, f"{str(meta.verbose_name).capitalize()} {number}")
    return found


def _of_form(form: forms.BaseForm, place: str) -> list[Problem]:
    found = []
    for name, messages in form.errors.items():
        field = form[name] if name in form.fields else None
        label = ", ".join(part for part in (place, str(field.label) if field else "") if part)
        target = (field.id_for_label if field else "") or _first_control(form)
        found += [Problem(label, str(message), target) for message in messages]
    return found


def _first_control(form: forms.BaseForm) -> str:
    return next((field.id_for_label for field in form.visible_fields()), "")


def _keeping(thing: models.Model, *, limit: int) -> list[str]:
    """Return what points to a thing and keeps it from being deleted, at most ``limit`` of each kind."""
    found = []
    for relation in thing._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            meta = relation.related_model._meta
            rows = relation.related_model._default_manager.filter(**{relation.field.name: thing.pk})
            rows = rows.select_related(*(field.name for field in meta.concrete_fields if field.is_relation))
            found += [f"{capfirst(str(row._meta.verbose_name))}: {row}" for row in rows.order_by("-pk")[:limit]]
    return found


class DeskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # the base of the screens of every model
    """A stock screen without stock scripts on its form: rows and choosers are the desk's own."""

    list_per_page = 50
    list_max_show_all = 200
    show_facets = admin.ShowFacets.NEVER
    delete_confirmation_max_display = 50
    # What somebody sees who may look and not change: names of columns instead of fields of the form.
    fields_to_read: tuple[str, ...] = ()

    def get_view_on_site_url(self, obj: models.Model | None = None) -> str | None:
        """Return the thing's own public address, where it has one."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    @property
    def media(self) -> forms.Media:
        """Bring nothing along: the templates name the scripts they need."""
        return forms.Media()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let pages change last in the transaction of a save, behind all else that is written for it."""
        with invalidation() if request.method == "POST" else nullcontext():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let pages change last here too."""
        with invalidation() if request.method == "POST" else nullcontext():
            return super().delete_view(request, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        """Leave the stock log empty: the record and the revisions tell more, and erasing knows them."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        """Leave the stock log empty."""

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[models.Model]) -> Any:
        """Leave the stock log empty."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name some of what keeps a thing from going, and look no further; only what can go is looked through."""
        kept = [each for thing in objs for each in _keeping(thing, limit=self.delete_confirmation_max_display)]
        if kept:
            return [], {}, set(), kept[: self.delete_confirmation_max_display]
        return super().get_deleted_objects(objs, request)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Show what can be read to somebody who may not change it."""
        if self.fields_to_read and obj and not self.has_change_permission(request, obj):
            return self.fields_to_read
        return super().get_fields(request, obj)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: models.Model, inline: InlineModelAdmin[Any, Any], prefix: str
    ) -> dict[str, Any]:
        """Let the sets of rows of one form know one another, and open a new form with its starting rows."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, RowInline):
            kwargs["together"] = vars(request).setdefault("rows_together", {})
            if request.method != "POST" and obj._state.adding:
                kwargs["initial"] = inline.starting_rows(request)
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
        """Name each reason of a refusal with the way to its field."""
        form = context["adminform"].form
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        context["problems"] = problems_of(form, formsets) if form.is_bound else []
        context["errors"] = []  # the template names each reason itself
        context["form"] = form
        return super().render_change_form(request, context, add, change, form_url, obj)
