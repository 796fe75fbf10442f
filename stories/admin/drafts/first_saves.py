"""Create only one work if the form for a new work is submitted twice."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.page_cache.invalidation import invalidation
from stories.admin.drafts.autosave.form import AutosaveMixin
from stories.admin.drafts.document import DraftForm, blank_document, new_work
from stories.admin.drafts.form_state import FORM_STATE
from stories.admin.drafts.live_preview import LivePreviewMixin
from stories.admin.forms.works import FORM_UID, derive_uid
from stories.admin.views.work.base import work_address
from stories.documents import equal_except_names
from stories.drafts import revisions


class SingleCreationMixin(AutosaveMixin, LivePreviewMixin):
    """Mixin that recognises a resubmitted form for a new work by its token, even in concurrent requests."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Create the work, unless the same form has created it already. Handle all other requests as usual."""
        token = request.POST.get(FORM_UID, "") if request.method == "POST" and object_id is None else ""
        if not token or FORM_STATE.get(request).restored:
            return super().changeform_view(request, object_id, form_url, extra_context)
        works, uid = self.model._default_manager, derive_uid(token, by=signed_in_user(request))
        if created := works.with_uid(uid):
            return self._answer_resubmission(request, created, extra_context)
        try:
            response = super().changeform_view(request, None, form_url, extra_context)
        except IntegrityError:
            # A concurrent request may have just saved the same form.
            if (created := works.with_uid(uid)) is None:
                raise
        else:
            if isinstance(response, HttpResponseRedirect) or (created := works.with_uid(uid)) is None:
                return response
        return self._answer_resubmission(request, created, extra_context)

    def _answer_resubmission(
        self, request: HttpRequest, work: Any, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Return the same response as the first time; treat a different text as a save from an outdated revision."""
        first = revisions.get_revision(work, 1)
        if first is None or not self._is_same_text(request, first.document.value()):
            return super().changeform_view(request, str(work.pk), work_address(work, "change"), extra_context)
        FORM_STATE.get(request).saved_message = "Saved as revision 1."
        with invalidation():
            self.empty_slots(request, None)
            return self.response_add(request, work)

    def _is_same_text(self, request: HttpRequest, document: Any) -> bool:
        """Return whether the submitted form, applied to an empty work, results in this document.

        Raise PermissionDenied if the user may not create works.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied(f"You don’t have permission to add {self.opts.verbose_name_plural}.")
        new = new_work(self.form.kind)
        base = blank_document(new).changed(uid=document.uid, slug=document.slug)
        form = DraftForm.read(request.POST.dict(), new, by=signed_in_user(request))
        return equal_except_names(form.document(base), document)
