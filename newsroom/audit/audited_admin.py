"""Base class for admin screens whose changes are written to the audit log, where they can be seen and may be undone."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from newsroom.audit import track_changes
from newsroom.audit.views import ObjectLogView, UndoView
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.desk.responses import require_user
from newsroom.http.request_state import RequestState
from newsroom.page_cache.invalidation import invalidation

# The stored state of the object that a request changes, or None if the request adds one.
STATE_BEFORE: RequestState[dict[str, Any] | None] = RequestState(lambda: None)


class AuditedAdmin(BoundedAdmin):
    """A ModelAdmin that writes saves and deletions to the audit log and shows an object's entries as its history."""

    can_undo = True

    def get_urls(self) -> list[URLPattern]:
        meta = self.opts
        undo_path = path(
            "<path:object_id>/history/<int:number>/put-back/",
            self.admin_site.admin_view(UndoView.as_view(model_admin=self)),
            name=f"{meta.app_label}_{meta.model_name}_undo",
        )
        return [*([undo_path] if self.can_undo else []), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        """Save the object. Before a change, remember its stored state for the audit entry."""
        if change:
            STATE_BEFORE.set(request, track_changes.stored_state(obj))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save related objects such as aliases and roles, then write the audit entry, which includes them."""
        super().save_related(request, form, formsets, change)
        before = STATE_BEFORE.get(request)
        if before is None:
            track_changes.record_added(form.instance, by=require_user(request))
        else:
            track_changes.record_changed(form.instance, before, by=require_user(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Write an audit entry with the state of the object, then delete the object."""
        self.record_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the objects one by one, and write an audit entry for each."""
        with invalidation():
            # QuerySet.delete() would not call the model's delete().
            for obj in queryset:
                self.delete_model(request, obj)

    def record_deletion(self, request: HttpRequest, obj: models.Model) -> None:
        """Write an audit entry with the state of an object that is about to be deleted."""
        track_changes.record_deleted(obj, by=require_user(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(request, {**context, "has_audit_log": True}, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the audit entries of an object."""
        return ObjectLogView.respond(self, request, object_id=object_id)
