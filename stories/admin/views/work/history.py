"""The history of a work: its revisions, one to read, two compared, and restoring one; the base of other screens."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.admin import DeskAdmin
from newsroom.http.clock import request_time
from stories.documents.compare import compare
from stories.documents.walk import list_texts
from stories.drafts import UnknownImageError, revisions
from stories.drafts.publication_status import get_publication_status
from stories.models import Edition, Work
from stories.workflow import shared_previews


class HistoryScreens(DeskAdmin):
    """A model admin with the history of a work, and with what all screens of a work share."""

    def get_urls(self) -> list[URLPattern]:
        name = f"stories_{self.opts.model_name}"
        view = self.admin_site.admin_view
        # Before Django's own URLs, which include a history.
        return [
            path("<path:object_id>/history/", view(self.history_view), name=f"{name}_history"),
            path("<path:object_id>/history/<int:number>/", view(self.revision_view), name=f"{name}_revision"),
            path("<path:object_id>/history/<int:number>/restore/", view(self.restore_view), name=f"{name}_restore"),
            path("<path:object_id>/history/<int:number>/compare/", view(self.compare_view), name=f"{name}_compare"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the revisions, newest first, each with the editions made from it."""
        work = self.seen(request, object_id)
        page = self.get_paginator(request, revisions.list_revisions(work), 50).get_page(request.GET.get("p"))
        editions: dict[int, list[Edition]] = {}
        for edition in work.editions.for_cards():
            editions.setdefault(edition.revision_id or 0, []).append(edition)
        rows = [(revision, editions.get(revision.pk, [])) for revision in page]
        return self.answer(request, work, "history", {"page": page, "rows": rows, "title": f"History: {work}"})

    def revision_view(self, request: HttpRequest, object_id: str, number: int | None = None) -> HttpResponse:
        """Show the texts of a revision to read; the newest revision if no number is given."""
        work = self.seen(request, object_id)
        revision = revisions.get_revision(work, number) if number else revisions.get_newest_revision(work)
        if number and revision is None:
            raise Http404
        return self.answer(
            request,
            work,
            "revision",
            {
                "revision": revision,
                "texts": [each for each in list_texts(revision.document.value()) if each.is_read] if revision else [],
                "is_newest": revision == revisions.get_newest_revision(work),
                "title": f"Revision {number}: {work}" if number else str(work),
            },
        )

    def compare_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Compare a revision with the one before it, or with the one that ``with`` names."""
        work = self.seen(request, object_id)
        asked = request.GET.get("with", "")
        other = int(asked) if asked.isdecimal() and len(asked) < 10 else number - 1
        earlier, later = (revisions.get_revision(work, each) for each in sorted((other, number)))
        if later is None or (earlier is None and asked):
            raise Http404
        return self.answer(
            request,
            work,
            "compare",
            {
                "compared": {earlier.number if earlier else 0, later.number},
                "number": number,
                "before_label": f"Revision {earlier.number}" if earlier else "Nothing",
                "after_label": f"Revision {later.number}",
                "comparison": compare(earlier.document.value() if earlier else None, later.document.value()),
                "others": [each for each in revisions.list_revisions(work) if each.number != number],
                "title": f"What changed in revision {later.number}: {work}",
            },
        )

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Restore a revision on POST, as a new revision; any other method redirects to the revision."""
        work = self.seen(request, object_id)
        revision = revisions.get_revision(work, number)
        if revision is None:
            raise Http404
        if not self.has_change_permission(request, work):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self.address("revision", work, number))
        try:
            restored = revisions.restore_revision(work, revision, by=signed_in_user(request))
        except UnknownImageError as refusal:
            messages.error(request, f"Not restored. {refusal}")
            return redirect(self.address("revision", work, number))
        messages.success(request, f"Revision {number} is back, as revision {restored.number}.")
        return redirect(self.address("change", work))

    def seen(self, request: HttpRequest, object_id: str) -> Any:
        """Return the work with its publication status.

        Raise PermissionDenied without the right to see works, and Http404 if there is no such work.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        works: Any = self.get_queryset(request)
        work = works.numbered(object_id).first()
        if work is None:
            raise Http404
        return work

    def address(self, screen: str, work: Work, *more: object) -> str:
        """Return the address of a screen of the work."""
        return reverse(f"admin:stories_{self.opts.model_name}_{screen}", args=[work.pk, *more])

    def answer(self, request: HttpRequest, work: Any, template: str, context: dict[str, Any]) -> TemplateResponse:
        """Return the response that renders a screen of the work."""
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            f"admin/stories/work/{template}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "work": work,
                "original": work,
                "standing": get_publication_status(work),
                "moment": request_time(request),
                "may_change": self.has_change_permission(request, work),
                "may_bin": request.user.has_perm("stories.bin_work"),
                "may_share": request.user.has_perms((shared_previews.RIGHT, shared_previews.get_edit_permission(work))),
                "preview_url": self.address("preview", work),
                **context,
            },
        )
