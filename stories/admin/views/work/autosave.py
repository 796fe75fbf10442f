"""Autosave for the form of a work; its script sends the content while the user types."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from newsroom.desk.responses import json_refusal
from stories.admin.drafts.autosave.posted import parse_revision_number, parse_sequence, parse_window, read_values
from stories.admin.views.work.base import DraftView
from stories.publishing.errors import RefusedError
from stories.workflow import autosave


class AutosaveView(DraftView):
    """Store the content of the form. All responses are JSON; a refusal contains the reason."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return json_refusal("You can’t edit this page any more.", status=403)
        except Http404:
            return json_refusal("This page has been deleted.", status=404)
        except RefusedError as refusal:
            return json_refusal(str(refusal), status=410)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return json_refusal("This address only accepts text to save.", status=405)

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        posted, form = request.POST, self.model_admin.form
        if posted.get("_person", "") != str(self.by.pk):
            return json_refusal(
                f"{self.by} is signed in now. Copy your text before you leave this page.", status=409, is_other=True
            )
        window, sequence = parse_window(posted.get("_window")), parse_sequence(posted.get("_sequence"))
        if window is None or sequence is None:
            return json_refusal("The request has no valid window or sequence number.", status=400)
        stored = autosave.store(
            self.work,
            form.kind,
            by=self.by,
            window=window,
            sequence=sequence,
            values=read_values(posted, by=self.by),
            base=parse_revision_number(posted.get("base_revision")),
            title=posted.get(form.title_field, ""),
            at=self.at,
        )
        at = timezone.localtime(stored.saved_at)
        return JsonResponse({"is_new": stored.is_new, "saved_at": f"{at:%H:%M}", "sequence": stored.sequence})
