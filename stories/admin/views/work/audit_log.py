"""The record of a work: all that was done with it, in sentences; new works and new owners are written into it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from newsroom.accounts.permissions import signed_in_user
from newsroom.audit.entries import entries
from newsroom.audit.models import Event
from newsroom.notifications.inbox import told_of
from stories.admin.views.work.history import HistoryScreens
from stories.drafts import revisions
from stories.models import Work

ON_A_PAGE = 50


class RecordScreens(HistoryScreens):
    """Adds the record to a form."""

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the record."""
        name = f"stories_{self.opts.model_name}_record"
        return [
            path("<path:object_id>/record/", self.admin_site.admin_view(self.record_view), name=name),
            *super().get_urls(),
        ]

    def record_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what was done with the work, newest first."""
        work = self.seen(request, object_id)
        page = self.get_paginator(request, Event.objects.about(work.uid), ON_A_PAGE).get_page(request.GET.get("p"))
        told = told_of(work.uid) if page.number == 1 else []
        context = {"page": page, "entries": entries(page), "told": told, "title": f"Record: {work}"}
        return self.answer(request, work, "audit_log", context)

    def save_model(self, request: HttpRequest, obj: Work, form: Any, change: bool) -> None:
        """Write into the record that a work was made, and whose it is from now on where that changed."""
        before = Work.objects.owner_of(obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if not change:
            Event.objects.write(obj.kind, obj.uid, "added", by=signed_in_user(request))
        else:
            revisions.tell_owner(obj, obj.owner, before=before, by=signed_in_user(request))
