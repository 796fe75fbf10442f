"""The screens of the audit log: showing the entries about one object, undoing a change, and exporting the list."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.audit import csv_export, track_changes
from newsroom.audit.entries import build_entries
from newsroom.audit.models import Event
from newsroom.audit.undo import UndoRefusedError, undo
from newsroom.desk.views import ModelView
from newsroom.notifications.inbox import notifications_about

PAGE_SIZE = 50


class ObjectLogView(ModelView):
    """Show the audit entries of an object, newest first."""

    template_name = "admin/audit/object_log.html"
    obj: Any

    def prepare(self) -> None:
        self.obj = self.model_admin.get_object(self.request, self.kwargs["object_id"])
        if self.obj is None:
            raise Http404
        self.require(self.model_admin.has_view_permission(self.request, self.obj))

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        model_admin, uid = self.model_admin, track_changes.uid_of(self.obj)
        page = model_admin.get_paginator(request, Event.objects.about(uid), PAGE_SIZE).get_page(request.GET.get("p"))
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_undo"
        return self.render(
            {
                "original": self.obj,
                "title": f"Activity: {self.obj}",
                "page": page,
                "entries": build_entries(page),
                "notifications": notifications_about(uid) if page.number == 1 else [],
                "undo_url_name": name if model_admin.can_undo else "",
                "may_undo": model_admin.can_undo and model_admin.has_change_permission(request, self.obj),
            }
        )


class UndoView(ModelView):
    """Undo the change in an audit entry on POST. GET redirects to the entries."""

    obj: Any
    event: Event

    def prepare(self) -> None:
        self.obj = self.model_admin.get_object(self.request, self.kwargs["object_id"])
        event = None
        if self.obj:
            event = Event.objects.entry_about(track_changes.uid_of(self.obj), self.kwargs["number"]).first()
        if event is None:
            raise Http404
        self.event = event
        self.require(self.model_admin.has_change_permission(self.request, self.obj))

    def get(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        return redirect(self.address("history", self.obj.pk))

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        try:
            undo(self.event, by=self.by)
        except UndoRefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Restored. This is logged too.")
        return redirect(self.address("history", self.obj.pk))


class ExportView(ModelView):
    """Send all entries of the filtered list as CSV."""

    def prepare(self) -> None:
        self.require(self.model_admin.has_view_permission(self.request))

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        try:
            events = self.model_admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self.address("changelist"))
        report = csv_export.write_audit_log(events)
        if report.remark:
            messages.warning(request, report.remark)
        return FileResponse(report.content, as_attachment=True, filename="record.csv", content_type="text/csv")
