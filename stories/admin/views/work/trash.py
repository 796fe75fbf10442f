"""Screens for moving never-published drafts to the trash, and for restoring them from there."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from stories.admin.views.work.base import WorkView
from stories.publishing.errors import RefusedError
from stories.workflow import trash


class TrashView(WorkView):
    """Ask for confirmation, then move the draft to the trash."""

    permission = trash.TRASH_PERMISSION
    template_name = "admin/stories/work/trash.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.render({"title": "Move to bin"})

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.call_verb(trash.move_to_trash, "Moved to the bin.")

    def call_verb(self, verb: Callable[..., None], report: str) -> HttpResponse:
        """Call ``verb``, report the outcome in a message, and redirect to the form."""
        try:
            verb(self.work, by=self.by)
        except RefusedError as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, report)
        return redirect(self.address("change"))


class RestoreFromTrashView(TrashView):
    """On POST, restore a draft from the trash; on GET, redirect to the form."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(self.address("change"))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.call_verb(trash.restore_from_trash, "Restored.")
