"""The history of a work: list its revisions, read one, compare two, restore one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from stories.admin.views.work.base import WorkView
from stories.documents.compare import compare
from stories.documents.walk import list_texts
from stories.drafts import UnknownImageError, revisions
from stories.drafts.short_references import list_visible_kinds, shorten_document
from stories.models import Edition, Revision


class HistoryView(WorkView):
    """List the revisions, newest first, each with the editions made from it, except cancelled ones."""

    template_name = "admin/stories/work/history.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        page = self.get_page(revisions.list_revisions(self.work))
        editions: dict[int, list[Edition]] = {}
        for edition in self.work.editions.without_cancelled().for_cards().with_ordinals():
            editions.setdefault(edition.revision_id or 0, []).append(edition)
        rows = [(revision, editions.get(revision.pk, [])) for revision in page]
        return self.render({"page": page, "rows": rows, "title": f"History: {self.work}"})


class RevisionView(WorkView):
    """Show the texts of a revision, by default the newest one."""

    template_name = "admin/stories/work/revision.html"

    def get(self, request: HttpRequest, object_id: str, number: int | None = None) -> HttpResponse:
        newest = revisions.get_newest_revision(self.work)
        revision = revisions.get_revision(self.work, number) if number else newest
        if number and revision is None:
            raise Http404
        kinds = list_visible_kinds(self.by)
        shown = shorten_document(revision.document.value(), kinds=kinds) if revision else None
        return self.render(
            {
                "revision": revision,
                "texts": [each for each in list_texts(shown) if each.is_read] if shown else [],
                "is_newest": revision == newest,
                "title": f"Revision {number}: {self.work}" if number else str(self.work),
            }
        )


class CompareView(WorkView):
    """Compare a revision with the one before it, or with the one whose number is in ``?with=``."""

    template_name = "admin/stories/work/compare.html"

    def get(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        work, with_number = self.work, request.GET.get("with", "")
        other = int(with_number) if with_number.isdecimal() and len(with_number) < 10 else number - 1
        earlier, later = (revisions.get_revision(work, each) for each in sorted((other, number)))
        if later is None or (earlier is None and with_number):
            raise Http404
        return self.render(
            {
                "compared": {earlier.number if earlier else 0, later.number},
                "number": number,
                "before_label": f"Revision {earlier.number}" if earlier else "No earlier revision",
                "after_label": f"Revision {later.number}",
                "comparison": compare(earlier.document.value() if earlier else None, later.document.value()),
                "others": [each for each in revisions.list_revisions(work) if each.number != number],
                "title": f"What changed in revision {later.number}: {work}",
            }
        )


class RestoreView(WorkView):
    """On POST, restore a revision as a new one; on GET, redirect to the revision."""

    revision: Revision

    def prepare(self) -> None:
        super().prepare()
        revision = revisions.get_revision(self.work, self.kwargs["number"])
        if revision is None:
            raise Http404
        self.revision = revision
        self.require(self.may_change)

    def get(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        return redirect(self.address("revision", number))

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        try:
            restored = revisions.restore_revision(self.work, self.revision, by=self.by)
        except UnknownImageError as refusal:
            messages.error(request, f"Not restored. {refusal}")
            return redirect(self.address("revision", number))
        messages.success(request, f"Revision {number} restored as revision {restored.number}.")
        return redirect(self.address("change"))
