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
from newsroom.media.forms import LICENCES, ManyForm
from newsroom.media.images import Answer, take_in
from newsroom.media.models import Image
from newsroom.media.processing.encode import fitted
from newsroom.media.renditions.specs import address_of, smallest
from newsroom.media.responses import retry_later
from newsroom.media.usage import address_at_desk


class ManyScreen(ModelAdmin[Image]):
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
        form = ManyForm(request.POST, request.FILES) if is_sent else ManyForm()
        is_script = is_sent and "application/json" in request.headers.get("Accept", "")
        answers: list[Answer] = []
        if is_sent and form.is_valid():
            answers = [self._take_in(request, form, file) for file in form.cleaned_data["pictures"]]
        if is_script:
            if not answers:
                reasons = " ".join(strip_tags(str(reason)) for reasons in form.errors.values() for reason in reasons)
                return json_refusal(reasons)
            return _answered(JsonResponse({"files": [said_of(answer) for answer in answers]}), answers)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add many pictures",
            "form": ManyForm() if answers else form,
            "answers": [(answer, said_of(answer)) for answer in answers],
            "offers": {"licences": LICENCES},
        }
        return _answered(TemplateResponse(request, "admin/media/image/upload.html", context), answers)

    def _take_in(self, request: HttpRequest, form: ManyForm, file: Any) -> Answer:
        user: Any = request.user
        answer = take_in(file, by=user, keep_both=form.cleaned_data["keep_both"], **form.said)
        if answer.image is not None:
            track_changes.record_added(answer.image, by=user)
        return answer


def _answered[Response: HttpResponse](response: Response, answers: list[Answer]) -> Response:
    return retry_later(response) if any(answer.is_busy for answer in answers) else response


def said_of(answer: Answer) -> dict[str, Any]:
    """Return the outcome for a file as plain values: a sentence, and the new or the existing image."""
    shown = answer.image or answer.there
    small = {}
    if shown is not None:
        width, height = fitted((shown.width, shown.height), width=120)
        small = {
            "picture": address_of(shown, smallest(shown)),
            "width": width,
            "height": height,
            "address": address_at_desk(shown),
            "title": shown.title,
        }
    kind = "taken" if answer.image else "there" if answer.there else "failed" if answer.is_busy else "refused"
    return {"name": answer.name, "what": kind, "said": answer.said, **small}
