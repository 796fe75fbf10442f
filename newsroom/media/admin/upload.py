"""The admin screen that adds many images at once, by a form or by one request for each file."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import strip_tags

from newsroom.audit import track_changes
from newsroom.desk.responses import json_refusal
from newsroom.media.forms import LICENCES, BulkUploadForm
from newsroom.media.images import UploadOutcome, add_upload
from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import rendition_url, smallest_spec
from newsroom.media.responses import as_retry_later
from newsroom.media.usage import admin_address


class BulkUploadMixin(ModelAdmin[Image]):
    """A mixin that adds the screen to the admin of images."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path("upload/", self.admin_site.admin_view(self.many_view), name="media_image_upload"),
            *super().get_urls(),
        ]

    def many_view(self, request: HttpRequest) -> HttpResponse:
        """Add the posted files and show the outcome of each, as a page or, for a script, as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = BulkUploadForm(request.POST, request.FILES) if is_sent else BulkUploadForm()
        is_script = is_sent and "application/json" in request.headers.get("Accept", "")
        answers: list[UploadOutcome] = []
        if is_sent and form.is_valid():
            answers = [self._take_in(request, form, file) for file in form.cleaned_data["pictures"]]
        if is_script:
            if not answers:
                reasons = " ".join(strip_tags(str(reason)) for reasons in form.errors.values() for reason in reasons)
                return json_refusal(reasons)
            return _answered(JsonResponse({"files": [outcome_as_dict(answer) for answer in answers]}), answers)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add many pictures",
            "form": BulkUploadForm() if answers else form,
            "answers": [(answer, outcome_as_dict(answer)) for answer in answers],
            "offers": {"licences": LICENCES},
        }
        return _answered(TemplateResponse(request, "admin/media/image/upload.html", context), answers)

    def _take_in(self, request: HttpRequest, form: BulkUploadForm, file: Any) -> UploadOutcome:
        user: Any = request.user
        answer = add_upload(file, by=user, keep_both=form.cleaned_data["keep_both"], **form.said)
        if answer.image is not None:
            track_changes.record_added(answer.image, by=user)
        return answer


def _answered[Response: HttpResponse](response: Response, answers: list[UploadOutcome]) -> Response:
    return as_retry_later(response) if any(answer.is_busy for answer in answers) else response


def outcome_as_dict(answer: UploadOutcome) -> dict[str, Any]:
    """Return the outcome for a file as plain values: a sentence, and the new or the existing image."""
    shown = answer.image or answer.there
    small = {}
    if shown is not None:
        width, height = scale_to_width((shown.width, shown.height), width=120)
        small = {
            "picture": rendition_url(shown, smallest_spec(shown)),
            "width": width,
            "height": height,
            "address": admin_address(shown),
            "title": shown.title,
        }
    kind = "taken" if answer.image else "there" if answer.there else "failed" if answer.is_busy else "refused"
    return {"name": answer.name, "what": kind, "said": answer.said, **small}
