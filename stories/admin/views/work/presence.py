"""Presence on the form of a work: who else has it open, and who has saved it in the meantime."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal
from newsroom.desk.views import ModelView
from newsroom.http.sessions import mark_automatic
from stories.admin.drafts.autosave.posted import parse_sequence, parse_window
from stories.admin.views.work.base import work_address
from stories.drafts import revisions
from stories.models import Work
from stories.workflow import presence

# In bytes, to keep responses below a kilobyte; windows that do not fit are only counted.
MAX_RESPONSE_SIZE = 1_000


def get_presence_context(work: Work, *, by: User, at: datetime) -> dict[str, object]:
    """Return the other windows that have the work open, and the address and the interval of the script's reports."""
    return {
        "present": presence.list_other_windows(work, by=by, at=at),
        "presence_address": work_address(work, "presence"),
        "presence_interval": presence.REPORT_INTERVAL.total_seconds(),
    }


class PresenceView(ModelView):
    """Record that a window has the work open or has closed it, and return who else has it open.

    ``window`` is the UUID of the window. ``place``, ``unsaved`` and ``active`` describe an open window; ``gone`` says
    that the window was closed. ``sequence`` numbers the messages, because they may arrive out of order. The response
    also says who saved the newest revision, unless its number is ``revision``.
    """

    def prepare(self) -> None:
        mark_automatic(self.request)
        # Windows report every few seconds, so do not load the work here. ``report_presence`` loads it if necessary.
        self.require(self.model_admin.has_view_permission(self.request))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        by, at, posted = signed_in_user(request), self.at, request.POST
        window, sequence = parse_window(posted.get("window")), parse_sequence(posted.get("sequence"))
        if window is None or sequence is None:
            return json_refusal("The request has no valid window or sequence number.")
        if "gone" in posted:
            presence.report_closed(object_id, by=by, window=window, sequence=sequence, at=at)
            return JsonResponse({})
        result = presence.report_presence(
            object_id,
            self.model_admin.kind,
            by=by,
            window=window,
            sequence=sequence,
            place=posted.get("place", ""),
            has_unsaved="unsaved" in posted,
            is_active="active" in posted,
            at=at,
        )
        if result is None:
            raise Http404
        newest = str(result.newest)
        is_newer = newest != posted.get("revision", newest)
        newest_values = _describe_revision(request, object_id, result.newest) if is_newer else {}
        return _make_response(result.others, newest_values | {"again": round(result.changes_in.total_seconds(), 2)})


def _describe_revision(request: HttpRequest, object_id: str, number: int) -> dict[str, object]:
    """Return who saved a revision, and when; return {} if it no longer exists."""
    work = Work.objects.with_pk(object_id).first()
    revision = revisions.get_revision(work, number) if work else None
    if revision is None:
        return {}
    return {
        "newest": number,
        "by": revision.saved_by[: presence.MAX_NAME_LENGTH],
        "own": revision.created_by_id == signed_in_user(request).pk,
        "at": f"{timezone.localtime(revision.created_at):%H:%M}",
    }


def _make_response(others: list[presence.OtherWindow], values: dict[str, object]) -> HttpResponse:
    """Return a response of at most ``MAX_RESPONSE_SIZE`` bytes, with as many of the other windows as fit."""
    for count in range(len(others), -1, -1):
        people = [
            {"name": each.name, "place": each.place}
            | {
                name: 1
                for name, is_set in (("unsaved", each.has_unsaved), ("idle", each.is_idle), ("own", each.is_own))
                if is_set
            }
            for each in others[:count]
        ]
        response = JsonResponse(
            {"people": people, "more": len(others) - count, **values}, json_dumps_params={"ensure_ascii": False}
        )
        if len(response.content) <= MAX_RESPONSE_SIZE:
            return response
    raise AssertionError("a response without other windows always fits")
