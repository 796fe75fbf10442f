"""The button that duplicates a work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from stories import drafts
from stories.admin.views.work.base import WorkView, work_address
from stories.publishing.errors import RefusedError
from stories.workflow.duplicate_work import duplicate_work, get_duplicate_permission


class DuplicateView(WorkView):
    """On POST, duplicate the work and redirect to the headline of the new draft; on GET, redirect to the form."""

    def prepare(self) -> None:
        super().prepare()
        self.require(self.request.user.has_perm(get_duplicate_permission(self.work)))

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(self.address("change"))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        try:
            duplicate = duplicate_work(self.work, by=self.by)
        except (RefusedError, drafts.UnknownImageError) as refusal:
            messages.error(request, str(refusal))
            return redirect(self.address("change"))
        title = "headline" if duplicate.kind == "story" else "question"
        return redirect(f"{work_address(duplicate, 'change')}#id_{title}")
