"""The screens that move a draft which readers never saw to the trash, and back."""

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
        return self.render({"title": "Put into the bin"})

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.move(trash.move_to_trash, "In the bin. It can be taken out again.")

    def move(self, verb: Callable[..., None], words: str) -> HttpResponse:
        """Call the verb, report the outcome, and redirect to the form."""
        try:
            verb(self.work, by=self.by)
        except RefusedError as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, words)
        return redirect(self.address("change"))


class RestoreFromTrashView(TrashView):
    """Restore a draft from the trash on POST."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(self.address("change"))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.move(trash.restore_from_trash, "Back on the desk.")
