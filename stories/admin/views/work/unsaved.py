"""Screens for unsaved text of a work: compare it with the saved document, restore it into the form, or discard it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from stories.admin.drafts.autosave.posted import make_querydict, parse_revision_number, read_values
from stories.admin.drafts.autosave.unsaved import describe_slot, list_differences, slot_mark
from stories.admin.drafts.document import DraftForm, blank_document, new_work
from stories.admin.drafts.form_state import FORM_STATE, RestoredText
from stories.admin.views.work.base import NEW, DraftView
from stories.drafts import revisions
from stories.models import AutosaveSlot
from stories.workflow import autosave
from stories.workflow.autosave import Pairs


class UnsavedTextView(DraftView):
    """Base class for screens about unsaved text; ``slot`` is None for a local copy."""

    template_name = "admin/stories/work/unsaved.html"
    slot: AutosaveSlot | None = None

    def get_context(self) -> dict[str, Any]:
        title = describe_slot(self.slot, for_=self.by, at=self.at) if self.slot else "Unsaved text in this browser"
        return {
            **super().get_context(),
            "slot": self.slot,
            "title": title,
            "form_address": self.form_address(),
            "work_key": self.work.pk if self.work else NEW,
        }

    def compare(self, values: Pairs) -> HttpResponse:
        """Return the screen that compares ``values``, word by word, with their base revision.

        If that revision does not exist, compare them with the newest revision or, if there is none, with an empty
        document.
        """
        work, posted = self.work, dict(values)
        newest = revisions.get_newest_revision(work) if work else None
        base = revisions.get_revision(work, parse_revision_number(posted.get("base_revision"))) if work else None
        saved, draft = base or newest, work or new_work(self.model_admin.kind)
        form = DraftForm.read(posted, draft, by=self.by)
        document = saved.document.value() if saved else blank_document(draft)
        differences = list_differences(form, document, shown_to=self.by)
        hidden_values = [] if self.slot else values
        return self.render({"differences": differences, "base": saved, "newest": newest, "values": hidden_values})

    def fill(self, values: Pairs, restored: RestoredText) -> HttpResponse:
        """Return the form filled with ``values``, as if they had been submitted and refused."""
        request = self.request
        replace_post(request, make_querydict(values))
        FORM_STATE.get(request).restored = restored
        response: HttpResponse = self.model_admin.changeform_view(
            request, str(self.work.pk) if self.work else None, self.form_address()
        )
        return response


def replace_post(request: HttpRequest, posted: QueryDict) -> None:
    """Change ``request`` into a POST request with the data ``posted``."""
    # The first access to FILES parses the body and sets POST, so it must come first. The form accepts no files.
    request.FILES.clear()
    request.POST = posted  # type: ignore[assignment]  # a mutable QueryDict works as well
    request.method = "POST"


class SlotView(UnsavedTextView):
    """Base class for screens about the text in an autosave slot.

    ``prepare`` raises Http404 if the slot is empty or the user may not see it.
    """

    slot: AutosaveSlot

    def prepare(self) -> None:
        super().prepare()
        slot = autosave.get_slot(self.work, self.model_admin.form.kind, self.kwargs["key"], for_=self.by)
        if slot is None:
            raise Http404
        self.slot = slot


class CompareSlotView(SlotView):
    """Compare the text in a slot with the saved document, word by word."""

    def get(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        return self.compare(autosave.get_slot_values(self.slot))


class RestoreTextView(SlotView):
    """Show the form filled with the text in a slot; nothing is saved yet."""

    def get(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        label = describe_slot(self.slot, for_=self.by, at=self.at)
        return self.fill(autosave.get_slot_values(self.slot), RestoredText(label, slot_mark(self.slot)))


class DiscardView(SlotView):
    """Ask for confirmation, then discard the text in a slot."""

    template_name = "admin/stories/work/discard.html"

    def get(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        return self.render({})

    def post(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        autosave.discard(self.slot, by=self.by, at=self.at)
        messages.success(request, "Discarded. Saved revisions are unchanged.")
        return redirect(self.form_address())


class LocalCopyView(UnsavedTextView):
    """On POST, compare or restore a local copy that the browser submits; on GET, redirect to the form."""

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(self.form_address())

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        values = read_values(request.POST, by=self.by)
        if request.POST.get("_then") != "take":
            return self.compare(values)
        # The last autosave may have stored the same text on the server.
        slot = autosave.find_identical(self.work, self.model_admin.form.kind, values, by=self.by)
        return self.fill(values, RestoredText("Unsaved text in this browser", slot_mark(slot) if slot else ""))
