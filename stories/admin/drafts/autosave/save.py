"""Store what a form holds while the user types, and empty the slot in the transaction of the save."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal, refusal_page
from newsroom.http.clock import request_time
from newsroom.page_cache.commits import NotCommittedError, confirm_commit
from stories.admin.drafts.autosave.posted import parse_revision_number, parse_sequence, parse_window, read_values
from stories.admin.drafts.autosave.restore import RESTORED, RestoreAutosaveMixin
from stories.admin.drafts.autosave.slots import is_saved
from stories.admin.drafts.live_preview import json_errors
from stories.drafts import revisions
from stories.models import Work
from stories.publishing.errors import RefusedError
from stories.workflow import autosave


class StoreAutosaveMixin(RestoreAutosaveMixin):
    """Mixin that adds the autosave address to a form."""

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of autosave, where ``new`` in place of a key means a work that was never saved."""
        name = f"stories_{self.opts.model_name}_autosave"
        return [
            path("<path:object_id>/autosave/", json_errors(self.autosave_view), name=name),
            *super().get_urls(),
        ]

    def autosave_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Store the content of the form; always answer in JSON, a refusal with its reason."""
        if request.method != "POST":
            return json_refusal("Text is sent here, and nothing is shown.", status=405)
        posted = request.POST
        try:
            work = self.editable(request, object_id)
            if posted.get("_person", "") != str(signed_in_user(request).pk):
                return json_refusal(
                    f"{signed_in_user(request)} is signed in now: this text is not theirs.", status=409, is_other=True
                )
            window, sequence = parse_window(posted.get("_window")), parse_sequence(posted.get("_sequence"))
            if window is None or sequence is None:
                return json_refusal("It does not say from which window it comes.", status=400)
            kept = autosave.store(
                work,
                self.form.kind,
                by=signed_in_user(request),
                window=window,
                sequence=sequence,
                values=read_values(posted),
                base=parse_revision_number(posted.get("base_revision")),
                title=posted.get(self.form.title_field, ""),
                at=request_time(request),
            )
        except PermissionDenied:
            return json_refusal("You may not edit this any more.", status=403)
        except Http404:
            return json_refusal("This is gone.", status=404)
        except RefusedError as refusal:
            return json_refusal(str(refusal), status=410)
        at = timezone.localtime(kept.saved_at)
        return JsonResponse({"is_new": kept.is_new, "saved_at": f"{at:%H:%M}", "sequence": kept.sequence})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save, and empty the autosave slot of the window in the same transaction."""
        if request.method != "POST" or RESTORED in vars(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with confirm_commit("Not saved"):
                response = super().changeform_view(request, object_id, form_url, extra_context)
                work: Work | None = vars(request).get("locked")
                if isinstance(response, HttpResponseRedirect) and (work or not object_id):
                    self.empty_slots(request, work)
        except NotCommittedError as not_committed:
            list(messages.get_messages(request))  # discard the messages: what they report was not committed
            return refusal_page(request, "Not saved", str(not_committed), status=503)
        return response

    def empty_slots(self, request: HttpRequest, work: Work | None) -> None:
        """Empty the slot of the saved form, the slot restored into it, and every slot whose text is saved now."""
        posted, by, at = request.POST, signed_in_user(request), request_time(request)
        window, sequence = parse_window(posted.get("_window")), parse_sequence(posted.get("_sequence"))
        if window is not None and sequence is not None:
            autosave.clear_slot(work, self.form.kind, by=by, window=window, sequence=sequence, at=at)
        key, _, taken = posted.get("_taken", "").partition(":")
        slot, then = parse_sequence(key), parse_sequence(taken)
        if slot is not None and then is not None:
            autosave.clear_taken_slot(work, self.form.kind, slot, by=by, sequence=then, at=at)
        left_over = autosave.list_unsaved(work, self.form.kind, for_=by) if work is not None else []
        if work is not None and left_over and (newest := revisions.get_newest_revision(work)):
            for left in left_over:
                if is_saved(left, work, newest):
                    autosave.clear_taken_slot(work, self.form.kind, left.pk, by=by, sequence=left.sequence, at=at)
