"""The view that adds an image to the library when it is pasted or dropped into a text."""

from typing import Any

from django import forms
from django.core.files import File
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from newsroom.audit import track_changes
from newsroom.desk.responses import json_refusal, json_view
from newsroom.media.forms import display_name
from newsroom.media.images import add_upload
from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import rendition_url, smallest_spec
from newsroom.media.responses import as_retry_later

THUMBNAIL_WIDTH = 160  # pixels


class EditorUploadForm(forms.Form):
    """Form for an image that has alternative text or is marked as decorative."""

    picture = forms.FileField(
        error_messages={"required": "Choose a picture.", "empty": "The file is empty."}, max_length=1_000
    )
    alt = forms.CharField(max_length=1_000, required=False)
    decorative = forms.BooleanField(required=False)
    credit = forms.CharField(max_length=300, required=False)
    keep_both = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Require either alternative text or ``decorative``, but not both."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "alt" in cleaned:
            alt, is_decorative = cleaned["alt"].strip(), cleaned.get("decorative")
            if not alt and not is_decorative:
                self.add_error("alt", "Describe the picture, or mark it as decorative.")
            if alt and is_decorative:
                self.add_error("alt", "A decorative picture has no alternative text.")
        return cleaned


def _image_as_dict(image: Image) -> dict[str, object]:
    width, height = scale_to_width((image.width, image.height), width=THUMBNAIL_WIDTH)
    return {
        "name": display_name(image),
        "title": image.title,
        "address": rendition_url(image, smallest_spec(image)),
        "width": width,
        "height": height,
        "credit": image.credit,
    }


@require_POST
@json_view
def upload_from_editor(request: HttpRequest) -> HttpResponse:
    """Add the posted image to the library, and return it as JSON, with the name under which forms show it.

    If the library already has the image, the response is a 409 with the existing image, unless ``keep_both`` is set.
    """
    if not request.user.has_perms(("media.add_image", "media.view_image")):
        return json_refusal("You don’t have permission to add pictures to the library.", status=403)
    form = EditorUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        errors = {name: str(reasons[0]) for name, reasons in form.errors.items()}
        return json_refusal(next(iter(errors.values())), errors=errors)
    fields = form.cleaned_data
    upload: File[bytes] = fields["picture"]
    user: Any = request.user  # a desk user, because json_view requires one
    texts = {name: fields[name].strip() for name in ("alt", "credit")}
    outcome = add_upload(upload, by=user, keep_both=fields["keep_both"], **texts)
    if outcome.image is not None:
        track_changes.record_added(outcome.image, by=user)
        return JsonResponse({"picture": _image_as_dict(outcome.image)}, status=201)
    if outcome.duplicate is not None:
        sentence = f"The library already has this picture, as “{outcome.duplicate.title}”."
        return json_refusal(sentence, status=409, there=_image_as_dict(outcome.duplicate))
    if outcome.is_busy:
        return as_retry_later(json_refusal(outcome.refusal, errors={"picture": outcome.refusal}))
    return json_refusal(outcome.refusal, errors={"picture": outcome.refusal})
