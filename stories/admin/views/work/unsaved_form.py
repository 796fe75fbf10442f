"""The base class for views that answer a script about the form of a work as it is now, saved or not."""

from django.core.exceptions import PermissionDenied

from stories.admin.drafts.document import blank_document, new_work
from stories.admin.views.work.base import DraftView
from stories.documents import AnyDocument
from stories.drafts import revisions
from stories.models import Work


class UnsavedFormView(DraftView):
    """A view for which ``draft`` is the work, which may be unsaved, and ``base`` the document that its form edits."""

    draft: Work
    base: AnyDocument

    def prepare(self) -> None:
        """Load the work and its newest document."""
        if "object_id" not in self.kwargs and not self.model_admin.has_add_permission(self.request):
            plural = self.model_admin.opts.verbose_name_plural
            raise PermissionDenied(f"You don’t have permission to add {plural}.")
        super().prepare()
        newest = revisions.get_newest_revision(self.work) if self.work else None
        self.draft = self.work or new_work(self.model_admin.kind)
        self.base = newest.document.value() if newest else blank_document(self.draft)
