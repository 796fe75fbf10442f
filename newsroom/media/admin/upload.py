"""The admin screen for adding many images at once. A script sends one request for each file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import strip_tags

from newsroom.audit import track_changes
from newsroom.desk.responses import json_refusal
from newsroom.desk.views import ModelView
from newsroom.media.forms import LICENCES, BulkUploadForm
from newsroom.media.images import UploadOutcome, add_upload
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import rendition_url, smallest_spec
from newsroom.media.responses import as_retry_later
from newsroom.media.usage import admin_address


class BulkUploadView(ModelView):
    """Add the posted files and return the outcome of each, as a page or, for a script, as JSON."""

    template_name = "admin/media/image/upload.html"

    def prepare(self) -> None:
        self.require(self.model_admin.has_add_permission(self.request))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(BulkUploadForm(), [])

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BulkUploadForm(request.POST, request.FILES)
        outcomes = [self._add(form, file) for file in form.cleaned_data["pictures"]] if form.is_valid() else []
        if "application/json" not in request.headers.get("Accept", ""):
            return _mark_busy(self.show(BulkUploadForm() if outcomes else form, outcomes), outcomes)
        if not outcomes:
            reasons = " ".join(strip_tags(str(reason)) for reasons in form.errors.values() for reason in reasons)
            return json_refusal(reasons)
        return _mark_busy(JsonResponse({"files": [outcome_as_dict(each) for each in outcomes]}), outcomes)

    def show(self, form: BulkUploadForm, outcomes: list[UploadOutcome]) -> HttpResponse:
        return self.render(
            {
                "title": "Add many pictures",
                "form": form,
                "outcomes": [(outcome, outcome_as_dict(outcome)) for outcome in outcomes],
                "suggestions": {"licences": LICENCES},
            }
        )

    def _add(self, form: BulkUploadForm, file: Any) -> UploadOutcome:
        user: Any = self.request.user
        outcome = add_upload(file, by=user, keep_both=form.cleaned_data["keep_both"], **form.shared_fields)
        if outcome.image is not None:
            track_changes.record_added(outcome.image, by=user)
        return outcome


def _mark_busy[Response: HttpResponse](response: Response, outcomes: list[UploadOutcome]) -> Response:
    return as_retry_later(response) if any(outcome.is_busy for outcome in outcomes) else response


def outcome_as_dict(outcome: UploadOutcome) -> dict[str, Any]:
    """Return the outcome for a file as plain values: name, code, sentence, and the new or existing image, if any."""
    image = outcome.image or outcome.duplicate
    thumbnail = {}
    if image is not None:
        width, height = scale_to_width((image.width, image.height), width=120)
        thumbnail = {
            "picture": rendition_url(image, smallest_spec(image)),
            "width": width,
            "height": height,
            "address": admin_address(image),
            "title": image.title,
        }
    kind = "taken" if outcome.image else "there" if outcome.duplicate else "failed" if outcome.is_busy else "refused"
    return {"name": outcome.name, "what": kind, "said": outcome.sentence, **thumbnail}
