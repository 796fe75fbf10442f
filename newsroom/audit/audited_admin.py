"""The base of admin screens whose changes are written to the audit log, are shown there and can be undone there."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.audit import track_changes
from newsroom.audit.entries import build_entries
from newsroom.audit.models import Event
from newsroom.audit.undo import UndoRefusedError, undo
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.desk.responses import require_user
from newsroom.notifications.inbox import notifications_about
from newsroom.page_cache.invalidation import invalidation

PAGE_SIZE = 50


class AuditedAdmin(BoundedAdmin):
    """A ModelAdmin that writes saves and deletions to the audit log and shows an object's entries as its *history*."""

    puts_back = True

    def get_urls(self) -> list[URLPattern]:
        meta = self.opts
        mine = path(
            "<path:object_id>/history/<int:number>/put-back/",
            self.admin_site.admin_view(self.put_back_view),
            name=f"{meta.app_label}_{meta.model_name}_put_back",
        )
        return [*([mine] if self.puts_back else []), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        """Remember the stored state of the object, then save it."""
        if change:
            vars(request)["said_before"] = track_changes.stored_state(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save aliases and roles, then write the audit entry, which includes them."""
        super().save_related(request, form, formsets, change)
        before = vars(request).pop("said_before", None)
        if before is None:
            track_changes.record_added(form.instance, by=require_user(request))
        else:
            track_changes.record_changed(form.instance, before, by=require_user(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Write an audit entry with the state of the object, then delete it."""
        self.record_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the objects one by one, each with its audit entry."""
        with invalidation():
            # QuerySet.delete() would skip what delete() of the model does.
            for thing in queryset:
                self.delete_model(request, thing)

    def record_deletion(self, request: HttpRequest, thing: models.Model) -> None:
        """Write an audit entry with the state of an object that is about to be deleted."""
        track_changes.record_deleted(thing, by=require_user(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(request, {**context, "has_record": True}, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the audit entries of an object, newest first."""
        thing = self.get_object(request, object_id)
        if thing is None:
            raise Http404
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        events = Event.objects.about(track_changes.uid_of(thing))
        page = self.get_paginator(request, events, PAGE_SIZE).get_page(request.GET.get("p"))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": thing,
            "title": f"Record: {thing}",
            "page": page,
            "entries": build_entries(page),
            "told": notifications_about(track_changes.uid_of(thing)) if page.number == 1 else [],
            "put_back": self._address("put_back") if self.puts_back else "",
            "may_put_back": self.puts_back and self.has_change_permission(request, thing),
        }
        return TemplateResponse(request, "admin/audit/object_log.html", context)

    def put_back_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Undo the change of one audit entry."""
        thing = self.get_object(request, object_id)
        event = Event.objects.at_the_thing(track_changes.uid_of(thing), number).first() if thing else None
        if thing is None or event is None:
            raise Http404
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        if request.method == "POST":
            try:
                undo(event, by=require_user(request))
            except UndoRefusedError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "Put back. That stands in the record too, and can be put back itself.")
        return redirect(reverse(self._address("history"), args=[thing.pk]))

    def _address(self, screen: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{screen}"
