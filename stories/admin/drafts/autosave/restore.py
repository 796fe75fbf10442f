"""Show autosaved text to users who may edit the work: compared with what is saved, or restored into the form."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import ModelFormMetaclass
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.http.clock import request_time
from stories.admin.drafts.autosave.posted import make_querydict, parse_revision_number, parse_window, read_values
from stories.admin.drafts.autosave.unsaved import describe_slot, list_differences, list_unsaved, slot_mark
from stories.admin.drafts.document import DraftForm, blank_document, new_work
from stories.admin.forms.works import WorkForm
from stories.admin.views.work.history import HistoryScreens
from stories.drafts import revisions
from stories.models import AutosaveSlot, Work
from stories.workflow import autosave
from stories.workflow.autosave import Pairs

NEW = "new"
RESTORED = "taken_in"
# In milliseconds: when a form is sent after the last change, how often at least while the user types on, and how long
# an answer may take before the page warns.
AFTER, EACH, PATIENCE = 3_000, 30_000, 20_000


@dataclass(frozen=True, slots=True)
class RestoredText:
    """Text that a form was filled with; the form submits ``mark``, so that saving empties the slot of the text."""

    said: str
    mark: str = ""


class _OnlyShown:
    """Mixin for a form that shows autosaved text with its errors and is never saved."""

    def is_valid(self) -> bool:
        """Validate the form, and return False in any case, so that it is not saved."""
        super().is_valid()  # type: ignore[misc]  # mixed in before a form class
        return False


class RestoreAutosaveMixin(HistoryScreens):
    """Mixin that adds the screens of unsaved text to a form."""

    form: type[WorkForm]

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs, where ``new`` in place of a key means a work that was never saved."""
        name, view, one = f"stories_{self.opts.model_name}", self.admin_site.admin_view, "<path:object_id>/unsaved/"
        return [
            path("<path:object_id>/local-copy/", view(self.local_copy_view), name=f"{name}_local_copy"),
            path(f"{one}<int:key>/", view(self.unsaved_view), name=f"{name}_unsaved"),
            path(f"{one}<int:key>/take-in/", view(self.take_in_view), name=f"{name}_take_in"),
            path(f"{one}<int:key>/discard/", view(self.discard_view), name=f"{name}_discard"),
            *super().get_urls(),
        ]

    def unsaved_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Compare the text of a slot with what is saved, word by word."""
        work, slot = self._found(request, object_id, key)
        return self._compared(request, work, autosave.slot_values(slot), slot=slot)

    def take_in_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Show the form filled with the text of a slot; nothing is saved yet."""
        work, slot = self._found(request, object_id, key)
        taken = RestoredText(
            describe_slot(slot, for_=signed_in_user(request), at=request_time(request)), slot_mark(slot)
        )
        return self._filled(request, work, autosave.slot_values(slot), taken)

    def discard_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Ask for confirmation, then discard the text of a slot."""
        work, slot = self._found(request, object_id, key)
        if request.method == "POST":
            autosave.discard(slot, by=signed_in_user(request), at=request_time(request))
            messages.success(request, "Discarded. What is saved is as it was.")
            return redirect(self.form_address(work))
        return self._screen(request, work, "discard", slot, {})

    def local_copy_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Compare or restore a local copy that the browser sends."""
        work = self.editable(request, object_id)
        if request.method != "POST":
            return redirect(self.form_address(work))
        values = read_values(request.POST)
        if request.POST.get("_then") == "take":
            # The server may have received the same text at the last moment.
            same = autosave.find_identical(work, self.form.kind, values, by=signed_in_user(request))
            mark = slot_mark(same) if same else ""
            taken = RestoredText("Text that was kept in this browser", mark)
            return self._filled(request, work, values, taken)
        return self._compared(request, work, values, slot=None)

    def editable(self, request: HttpRequest, object_id: str) -> Any:
        """Return the work, or None for a new one; raise PermissionDenied if the user may not edit or create it."""
        if object_id == NEW:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        work = self.seen(request, object_id)
        if not self.has_change_permission(request, work):
            raise PermissionDenied
        return work

    def form_address(self, work: Work | None) -> str:
        return self.address("change", work) if work else reverse(f"admin:stories_{self.opts.model_name}_add")

    def conflict_in(self, request: HttpRequest, work: Work) -> Any:
        """Return None for a form that only shows text; its save will name the revision from which it started."""
        return None if RESTORED in vars(request) else super().conflict_in(request, work)  # type: ignore[misc]  # JoiningSaves

    def get_form(
        self, request: HttpRequest, obj: Work | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Return the form class; make it unsaveable if the form only shows autosaved text."""
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        if RESTORED not in vars(request):
            return form
        return cast("type[forms.ModelForm[Any]]", ModelFormMetaclass("Shown", (_OnlyShown, form), {}))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add what the autosave scripts need, and the list of unsaved texts."""
        taken: RestoredText | None = vars(request).get(RESTORED)
        # A form that is shown again because of errors still holds the text that it was filled with.
        mark = taken.mark if taken else request.POST.get("_taken", "")
        here = parse_window(request.POST.get("_window"))
        waiting = list_unsaved(obj, self.form.kind, for_=signed_in_user(request), at=request_time(request))
        context |= {
            "taken": taken,
            "taken_mark": mark,
            "unsaved": [each for each in waiting if each.slot.window != here and slot_mark(each.slot) != mark],
            "work_key": obj.pk if obj else NEW,
            "autosave": {"after": AFTER, "each": EACH, "patience": PATIENCE},
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _found(self, request: HttpRequest, object_id: str, key: int) -> tuple[Any, AutosaveSlot]:
        """Return the work and the slot; raise Http404 if the slot is empty."""
        work = self.editable(request, object_id)
        slot = autosave.get_slot(work, self.form.kind, key, for_=signed_in_user(request))
        if slot is None:
            raise Http404
        return work, slot

    def _filled(self, request: HttpRequest, work: Any, values: Pairs, taken: RestoredText) -> HttpResponse:
        """Return the form with ``values``, as if they had been submitted and could not be saved."""
        _posts(request, make_querydict(values))
        vars(request)[RESTORED] = taken
        return self.changeform_view(request, str(work.pk) if work else None, self.form_address(work))

    def _compared(self, request: HttpRequest, work: Any, values: Pairs, *, slot: AutosaveSlot | None) -> HttpResponse:
        """Return the screen that compares ``values`` with the revision from which they started."""
        posted = dict(values)
        newest = revisions.get_newest_revision(work) if work else None
        base = revisions.get_revision(work, parse_revision_number(posted.get("base_revision"))) if work else None
        started, draft = base or newest, work or new_work(self.form.kind)
        form = DraftForm.read(posted, draft, by=signed_in_user(request))
        places = list_differences(form, started.document.value() if started else blank_document(draft))
        more = {"differences": places, "base": started, "newest": newest, "values": [] if slot else values}
        return self._screen(request, work, "unsaved", slot, more)

    def _screen(
        self, request: HttpRequest, work: Any, template: str, slot: AutosaveSlot | None, more: dict[str, Any]
    ) -> TemplateResponse:
        """Return a screen about unsaved text; ``work`` is None if the text is of a new work."""
        by, at = signed_in_user(request), request_time(request)
        title = describe_slot(slot, for_=by, at=at) if slot else "Text that was kept in this browser"
        context = {
            "slot": slot,
            "title": title,
            "form_address": self.form_address(work),
            "work_key": work.pk if work else NEW,
            **more,
        }
        if work:
            return self.answer(request, work, template, context)
        request.current_app = self.admin_site.name
        known = {**self.admin_site.each_context(request), "opts": self.opts, "work": None}
        return TemplateResponse(request, f"admin/stories/work/{template}.html", {**known, **context})


def _posts(request: HttpRequest, posted: QueryDict) -> None:
    """Change the request so that ``posted`` seems to have been submitted with it."""
    # Reading FILES parses the body and would replace POST again; clear them now, because the form accepts no files.
    request.FILES.clear()
    request.POST = posted  # type: ignore[assignment]  # a mutable QueryDict works as well
    request.method = "POST"
