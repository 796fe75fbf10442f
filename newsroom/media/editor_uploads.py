"""The view that adds a picture to the library when it is pasted or dropped into a text: the upload of django-markdownx."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from markdownx.exceptions import MarkdownxImageUploadError
from markdownx.forms import ImageForm
from markdownx.views import ImageUploadView

from newsroom.audit import track_changes
from newsroom.desk.responses import json_refusal, json_too_many, json_view
from newsroom.http.rate_limits import acquire_slot
from newsroom.media.images import UploadOutcome, add_upload
from newsroom.media.models import MAX_ALT, MAX_CREDIT
from newsroom.media.processing.open_safely import FORMAT_NAMES
from newsroom.media.responses import as_retry_later, describe_image

MAX_UPLOADS, SECONDS = 30, 60  # for each user


class PictureUploadForm(ImageForm):  # type: ignore[misc]  # markdownx ships no types
    """Form for a picture that has alternative text or is marked as decorative. It goes into the library."""

    image = forms.FileField(
        error_messages={"required": "Choose a picture.", "empty": "The file is empty."}, max_length=1_000
    )
    alt = forms.CharField(max_length=MAX_ALT, required=False)
    decorative = forms.BooleanField(required=False)
    credit = forms.CharField(max_length=MAX_CREDIT, required=False)
    keep_both = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Require a type and a size that the settings allow, and either alternative text or ``decorative``."""
        cleaned: dict[str, Any] = self.cleaned_data
        if upload := cleaned.get("image"):
            try:
                super().clean()
            except MarkdownxImageUploadError:
                limit = settings.MARKDOWNX_UPLOAD_MAX_SIZE
                is_too_large = upload.size > limit
                size = f"The file is larger than {limit >> 20} MB. Make the picture smaller."
                self.add_error("image", size if is_too_large else f"This type is not supported. Use {FORMAT_NAMES}.")
        if "alt" in cleaned:
            alt, is_decorative = cleaned["alt"].strip(), cleaned.get("decorative")
            if not alt and not is_decorative:
                self.add_error("alt", "Describe the picture, or mark it as decorative.")
            if alt and is_decorative:
                self.add_error("alt", "A decorative picture has no alternative text.")
        return cleaned

    def save(self, *, by: AbstractBaseUser) -> UploadOutcome:
        """Add the picture to the library, instead of storing the file where django-markdownx would."""
        texts = {name: self.cleaned_data[name].strip() for name in ("alt", "credit")}
        return add_upload(self.cleaned_data["image"], by=by, keep_both=self.cleaned_data["keep_both"], **texts)


@method_decorator(json_view, name="dispatch")
class PictureUploadView(ImageUploadView):  # type: ignore[misc]  # markdownx ships no types
    """Add the posted picture to the library, and return the Markdown that shows it, with the data for its row."""

    http_method_names = ("post",)
    form_class = PictureUploadForm

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Refuse users who may not add pictures, too many uploads, and forms of other pages."""
        if not request.user.has_perms(("media.add_image", "media.view_image")):
            return json_refusal("You don’t have permission to add pictures to the library.", status=403)
        if request.headers.get("X-Requested-With") != "XMLHttpRequest":
            return json_refusal("Only the editor can upload here. Use “Upload” in the picture library.")
        if acquire_slot(f"picture-upload:{request.user.pk}", MAX_UPLOADS, seconds=SECONDS) is None:
            return json_too_many("Too many pictures at once. Wait a minute, then try again.", seconds=SECONDS)
        response: HttpResponse = super().post(request)
        return response

    def form_invalid(self, form: PictureUploadForm) -> HttpResponse:
        errors = {name: str(reasons[0]) for name, reasons in form.errors.items()}
        return json_refusal(next(iter(errors.values())), errors=errors)

    def form_valid(self, form: PictureUploadForm) -> HttpResponse:
        """Return the picture. If the library already has it, the response is a 409 with the existing one."""
        user: Any = self.request.user  # a desk user, because json_view requires one
        outcome = form.save(by=user)
        if outcome.image is not None:
            track_changes.record_added(outcome.image, by=user)
            # The uid is that of the row of the page to which the script adds the picture.
            return JsonResponse({"image_code": f"![](picture:{uuid4()})", "picture": describe_image(outcome.image)})
        if outcome.duplicate is not None:
            sentence = f"The library already has this picture, as “{outcome.duplicate.title}”."
            return json_refusal(sentence, status=409, there=describe_image(outcome.duplicate))
        refusal = json_refusal(outcome.refusal, errors={"image": outcome.refusal})
        return as_retry_later(refusal) if outcome.is_busy else refusal
