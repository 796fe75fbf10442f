"""Presence on the form of a work: who else has it open, and who saved it meanwhile."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal
from newsroom.http.clock import request_time
from stories.admin.drafts.autosave.posted import parse_sequence, parse_window
from stories.admin.views.work.history import HistoryScreens
from stories.drafts import revisions
from stories.models import Work, WorkKind
from stories.workflow import presence

# Bytes of a response, so that it stays below a kilobyte; windows that do not fit are only counted.
LARGEST = 1_000


class PresenceScreens(HistoryScreens):
    """A model admin whose form shows who else has the work open."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.here_view)
        name = f"stories_{self.opts.model_name}_presence"
        return [path("<path:object_id>/presence/", view, name=name), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add the users who have the work open, and where and how often the script reports its own window."""
        if obj:
            context |= {
                "present": presence.users_present(obj, by=signed_in_user(request), at=request_time(request)),
                "presence_address": self.address("presence", obj),
                "here_every": presence.EVERY.total_seconds(),
                "here_idle": presence.IDLE.total_seconds(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_POST)
    def here_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that a window has the work open or closed it, and return who else has it open.

        ``window`` is the UUID of the window. ``place``, ``unsaved`` and ``active`` describe an open one; ``gone`` says
        that it was closed. ``sequence`` orders the messages of a window, which may arrive in another order. The
        response also says who saved the newest revision, if that is not ``revision``.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        by, at, sent = signed_in_user(request), request_time(request), request.POST
        window, sequence = parse_window(sent.get("window")), parse_sequence(sent.get("sequence"))
        if window is None or sequence is None:
            return json_refusal("This window has no name, or does not number what it says.")
        if "gone" in sent:
            presence.report_closed(object_id, by=by, window=window, sequence=sequence, at=at)
            return JsonResponse({})
        here = presence.report_presence(
            object_id,
            WorkKind.STORY if self.opts.model_name == "story" else WorkKind.QUESTION,
            by=by,
            window=window,
            sequence=sequence,
            place=sent.get("place", ""),
            has_unsaved="unsaved" in sent,
            is_active="active" in sent,
            at=at,
        )
        if here is None:
            raise Http404
        newest = str(here.newest)
        told = _saved(request, object_id, here.newest) if newest != sent.get("revision", newest) else {}
        return _fitting(here.others, told | {"again": round(here.changes_in.total_seconds(), 2)})


def _saved(request: HttpRequest, object_id: str, number: int) -> dict[str, object]:
    """Return who saved the newest revision, and when; empty if it does not exist any more."""
    work = Work.objects.numbered(object_id).first()
    revision = revisions.get_revision(work, number) if work else None
    if revision is None:
        return {}
    return {
        "newest": number,
        "by": str(revision.created_by or "An import")[: presence.LONGEST_NAME],
        "own": revision.created_by_id == signed_in_user(request).pk,
        "at": f"{timezone.localtime(revision.created_at):%H:%M}",
    }


def _fitting(others: list[presence.OtherWindow], told: dict[str, object]) -> HttpResponse:
    """Return a response of at most ``LARGEST`` bytes that names as many of the others as fit."""
    for count in range(len(others), -1, -1):
        people = [
            {"name": each.name, "place": each.place}
            | {
                name: 1
                for name, is_so in (("unsaved", each.has_unsaved), ("idle", each.is_idle), ("own", each.is_own))
                if is_so
            }
            for each in others[:count]
        ]
        answer = JsonResponse(
            {"people": people, "more": len(others) - count, **told}, json_dumps_params={"ensure_ascii": False}
        )
        if len(answer.content) <= LARGEST:
            return answer
    raise AssertionError("nobody always fits in")
