"""Presence on the form of a work: who else has it open, and who saved it meanwhile."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal
from newsroom.desk.views import ModelView
from stories.admin.drafts.autosave.posted import parse_sequence, parse_window
from stories.admin.views.work.base import work_address
from stories.drafts import revisions
from stories.models import Work
from stories.workflow import presence

# Bytes of a response, so that it stays below a kilobyte; windows that do not fit are only counted.
LARGEST = 1_000


def get_presence_context(work: Work, *, by: User, at: datetime) -> dict[str, object]:
    """Return who has the work open, and where and how often the script of the form reports its own window."""
    return {
        "present": presence.users_present(work, by=by, at=at),
        "presence_address": work_address(work, "presence"),
        "here_every": presence.EVERY.total_seconds(),
    }


class PresenceView(ModelView):
    """Record that a window has the work open or closed it, and return who else has it open.

    ``window`` is the UUID of the window. ``place``, ``unsaved`` and ``active`` describe an open one; ``gone`` says
    that it was closed. ``sequence`` orders the messages of a window, which may arrive in another order. The
    response also says who saved the newest revision, if that is not ``revision``.
    """

    def prepare(self) -> None:
        # Every window asks again and again: the verb reads the work only if it has to.
        self.require(self.model_admin.has_view_permission(self.request))

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        by, at, sent = signed_in_user(request), self.at, request.POST
        window, sequence = parse_window(sent.get("window")), parse_sequence(sent.get("sequence"))
        if window is None or sequence is None:
            return json_refusal("This window has no name, or does not number what it says.")
        if "gone" in sent:
            presence.report_closed(object_id, by=by, window=window, sequence=sequence, at=at)
            return JsonResponse({})
        here = presence.report_presence(
            object_id,
            self.model_admin.kind,
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
