"""The audit log of a work as a page of sentences, and the entries for new works and new owners."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from newsroom.accounts.permissions import signed_in_user
from newsroom.audit.entries import build_entries
from newsroom.audit.models import Event
from newsroom.notifications.inbox import notifications_about
from stories.admin.views.work.history import HistoryScreens
from stories.drafts import revisions
from stories.models import Work

ON_A_PAGE = 50


class AuditLogScreens(HistoryScreens):
    """A model admin with the audit log of a work."""

    def get_urls(self) -> list[URLPattern]:
        name = f"stories_{self.opts.model_name}_record"
        return [
            path("<path:object_id>/record/", self.admin_site.admin_view(self.record_view), name=name),
            *super().get_urls(),
        ]

    def record_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the audit entries about the work, newest first, and on the first page who was notified of it."""
        work = self.seen(request, object_id)
        page = self.get_paginator(request, Event.objects.about(work.uid), ON_A_PAGE).get_page(request.GET.get("p"))
        told = notifications_about(work.uid) if page.number == 1 else []
        context = {"page": page, "entries": build_entries(page), "told": told, "title": f"Record: {work}"}
        return self.answer(request, work, "audit_log", context)

    def save_model(self, request: HttpRequest, obj: Work, form: Any, change: bool) -> None:
        """Save the work, with an audit entry if it is new or has a new owner."""
        before = Work.objects.owner_of(obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if not change:
            Event.objects.write(obj.kind, obj.uid, "added", by=signed_in_user(request))
        else:
            revisions.write_owner_change(obj, obj.owner, before=before, by=signed_in_user(request))
