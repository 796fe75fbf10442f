"""The points that the rules find in the passages of a story: for its form, and as a screen that needs no script."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate

from newsroom.desk.responses import json_refusal
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.short_references import describe_form_excess
from stories.admin.views.work.unsaved_form import UnsavedFormView
from stories.documents import AnyDocument, Explainer
from stories.workflow.agreement.review import FoundCell, FoundPoint, dismiss_point, find_points, list_dismissed

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FoundPointsBase(UnsavedFormView):
    """Base class for views of found points."""

    def find_points(self, document: AnyDocument) -> list[FoundPoint]:
        """Return the points in the passages of a document that nobody has dismissed for this story."""
        assert isinstance(document, Explainer)  # noqa: S101  # questions have no such address
        return find_points(document, dismissed=list_dismissed(self.work), today=localdate(self.at))


class FoundPointsView(FoundPointsBase):
    """List the points in the passages of the saved draft. On POST, dismiss the one with this ``digest``."""

    template_name = "admin/stories/work/found_points.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.render({"points": self.find_points(self.base), "title": f"Points in the passages: {self.work}"})

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        digest = request.POST.get("digest", "")
        if not _DIGEST.fullmatch(digest):
            return json_refusal("Reload the page and try again.")
        dismiss_point(self.work, digest, by=self.by)
        if not request.accepts("text/html"):
            return JsonResponse({"dismissed": digest})
        messages.success(request, "This point will not be proposed again.")
        return redirect(self.address("found_points"))


class UnsavedPointsView(FoundPointsBase):
    """Return, as JSON, the points in the passages of the posted form. Nothing is stored."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        posted = request.POST.dict()
        if excess := describe_form_excess(posted):
            return json_refusal(excess, status=413)
        document = DraftForm.read(posted, self.draft, by=self.by).document(self.base)
        return JsonResponse({"points": [_describe(point) for point in self.find_points(document)]})


def _describe(point: FoundPoint) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "label": point.kind_label,
        "digest": point.digest,
        "cells": [_describe_cell(cell) for cell in point.cells],
    }


def _describe_cell(cell: FoundCell) -> dict[str, Any]:
    return {
        "outlet": cell.outlet.name,
        "stance": cell.stance,
        "says": cell.says,
        "value": cell.value,
        "before": cell.before,
        "marked": cell.marked,
        "after": cell.after,
        "when": cell.when,
        "source": cell.source,
        **cell.amounts._asdict(),
    }
