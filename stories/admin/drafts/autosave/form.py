"""Mixin that adds autosave to the form of a work: script settings, restored text, and slots that a save empties."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.forms.models import ModelFormMetaclass
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.admin import DeskAdmin
from newsroom.desk.responses import refusal_page
from newsroom.http.clock import request_time
from newsroom.page_cache.commits import NotCommittedError, confirm_commit
from stories.admin.drafts.autosave.posted import parse_sequence, parse_window
from stories.admin.drafts.autosave.slots import is_saved
from stories.admin.drafts.autosave.unsaved import list_unsaved, slot_mark
from stories.admin.drafts.form_state import FORM_STATE
from stories.admin.forms.works import WorkForm
from stories.admin.views.work.base import NEW
from stories.drafts import revisions
from stories.models import Work
from stories.workflow import autosave

AUTOSAVE_DELAY_MS = 3_000  # after the last change
MAX_AUTOSAVE_INTERVAL_MS = 30_000  # while the user keeps typing
RESPONSE_TIMEOUT_MS = 20_000  # then the page shows a warning


class _Unsaveable:
    """Mixin for a form that shows autosaved text with its errors and is never saved."""

    def is_valid(self) -> bool:
        """Validate the form, but always return False, so that it is not saved."""
        super().is_valid()  # type: ignore[misc]  # mixed in before a form class
        return False


class AutosaveMixin(DeskAdmin):
    """Mixin for a form that is autosaved, and that can show autosaved text."""

    form: type[WorkForm]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the form and, in the same transaction, empty the autosave slots whose text is saved with it."""
        state = FORM_STATE.get(request)
        if request.method != "POST" or state.restored:
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with confirm_commit("Not saved"):
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if isinstance(response, HttpResponseRedirect) and (state.locked_work or not object_id):
                    self.empty_slots(request, state.locked_work)
        except NotCommittedError as not_committed:
            list(messages.get_messages(request))  # discard the messages, which report changes that were not committed
            return refusal_page(request, "Not saved", str(not_committed), status=503)
        return response

    def empty_slots(self, request: HttpRequest, work: Work | None) -> None:
        """Empty the slot of the form, the slot of a restored text, and other slots whose text has been saved."""
        posted, by, at = request.POST, signed_in_user(request), request_time(request)
        window, sequence = parse_window(posted.get("_window")), parse_sequence(posted.get("_sequence"))
        if window is not None and sequence is not None:
            autosave.clear_slot(work, self.form.kind, by=by, window=window, sequence=sequence, at=at)
        key, _, number = posted.get("_taken", "").partition(":")
        slot_key, restored_sequence = parse_sequence(key), parse_sequence(number)
        if slot_key is not None and restored_sequence is not None:
            autosave.clear_restored_slot(work, self.form.kind, slot_key, by=by, sequence=restored_sequence, at=at)
        remaining = autosave.list_unsaved(work, self.form.kind, for_=by) if work is not None else []
        if work is not None and remaining and (newest := revisions.get_newest_revision(work)):
            for slot in remaining:
                if is_saved(slot, work, newest):
                    autosave.clear_restored_slot(work, self.form.kind, slot.pk, by=by, sequence=slot.sequence, at=at)

    def get_form(
        self, request: HttpRequest, obj: Work | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Return the form class or, if the form only shows autosaved text, a subclass that cannot be saved."""
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        if not FORM_STATE.get(request).restored:
            return form
        return cast("type[forms.ModelForm[Any]]", ModelFormMetaclass("UnsaveableForm", (_Unsaveable, form), {}))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form with the settings for the autosave scripts, and with the list of unsaved texts."""
        restored = FORM_STATE.get(request).restored
        # If a restored form is shown again because of errors, it still contains the restored text.
        mark = restored.mark if restored else request.POST.get("_taken", "")
        window = parse_window(request.POST.get("_window"))
        unsaved = list_unsaved(obj, self.form.kind, for_=signed_in_user(request), at=request_time(request))
        context |= {
            "restored_text": restored,
            "restored_mark": mark,
            "unsaved": [each for each in unsaved if each.slot.window != window and slot_mark(each.slot) != mark],
            "work_key": obj.pk if obj else NEW,
            "autosave": {
                "after": AUTOSAVE_DELAY_MS,
                "each": MAX_AUTOSAVE_INTERVAL_MS,
                "patience": RESPONSE_TIMEOUT_MS,
            },
        }
        return super().render_change_form(request, context, add, change, form_url, obj)
