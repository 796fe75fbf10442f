"""The screens of the audit log: the entries of one object, undoing one of them, and the export of the whole list."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
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
    thing: Any

    def prepare(self) -> None:
        self.thing = self.model_admin.get_object(self.request, self.kwargs["object_id"])
        if self.thing is None:
            raise Http404
        self.require(self.model_admin.has_view_permission(self.request, self.thing))

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        screen, uid = self.model_admin, track_changes.uid_of(self.thing)
        page = screen.get_paginator(request, Event.objects.about(uid), PAGE_SIZE).get_page(request.GET.get("p"))
        name = f"admin:{screen.opts.app_label}_{screen.opts.model_name}_undo"
        return self.render(
            {
                "original": self.thing,
                "title": f"Record: {self.thing}",
                "page": page,
                "entries": build_entries(page),
                "notifications": notifications_about(uid) if page.number == 1 else [],
                "undo_url_name": name if screen.puts_back else "",
                "may_undo": screen.puts_back and screen.has_change_permission(request, self.thing),
            }
        )


class UndoView(ModelView):
    """Undo the change of one audit entry on POST; GET redirects to the entries."""

    thing: Any
    event: Event

    def prepare(self) -> None:
        self.thing = self.model_admin.get_object(self.request, self.kwargs["object_id"])
        found = (
            Event.objects.at_the_thing(track_changes.uid_of(self.thing), self.kwargs["number"]) if self.thing else None
        )
        event = found.first() if found is not None else None
        if event is None:
            raise Http404
        self.event = event
        self.require(self.model_admin.has_change_permission(self.request, self.thing))

    def get(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        return redirect(self.address("history", self.thing.pk))

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        try:
            undo(self.event, by=self.by)
        except UndoRefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Put back. That stands in the record too, and can be put back itself.")
        return redirect(self.address("history", self.thing.pk))


class ExportView(ModelView):
    """Stream all entries that the list shows under its filters as CSV."""

    def prepare(self) -> None:
        self.require(self.model_admin.has_view_permission(self.request))

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        try:
            found = self.model_admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self.address("changelist"))
        lines = csv_export.audit_log_lines(found.iterator(chunk_size=csv_export.BATCH))
        response = StreamingHttpResponse(lines, content_type="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="record.csv"'
        return response
