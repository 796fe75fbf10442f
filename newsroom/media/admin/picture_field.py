"""PictureFieldAdmin, the base class for admins whose form has a field for the name of one picture."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from newsroom.desk.admin import DeskAdmin
from newsroom.media.models import Image

FIELD, ALT_FIELD = "shown_picture", "picture_alt"
# The value of the button that ImageNameInput renders.
PICTURE_STEP = f"picture:{FIELD}"


class PictureFieldAdmin(DeskAdmin):
    """An admin that lets users choose the picture in ``shown_picture`` without JavaScript.

    A button saves the form and opens the screen for choosing a picture, which leads back to the form. If the form has
    ``picture_alt``, it gets the alternative text.
    """

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        return self._choose_picture(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        return self._choose_picture(request, obj) or super().response_change(request, obj)

    def _choose_picture(self, request: HttpRequest, obj: Model) -> HttpResponse | None:
        """Redirect to the screen for choosing a picture if the form was saved with that button."""
        if request.POST.get("_continue") != PICTURE_STEP:
            return None
        messages.success(request, "Saved.")
        form = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        parameters = urlencode({"next": form, "place": self.opts.model_name})
        return redirect(f"{reverse('admin:media_image_choose')}?{parameters}")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the picture that was just chosen, if there is one."""
        form = context["adminform"].form
        chosen = Image.objects.with_uid(request.GET.get("picture", "")) if request.method == "GET" else None
        if chosen and FIELD in form.fields:
            # Only what is shown: the initial values of the form remain those that are stored.
            form[FIELD].initial = chosen
            if ALT_FIELD in form.fields:
                form[ALT_FIELD].initial = request.GET.get("alt", "")
            messages.info(request, "Picture chosen. Save to keep it.")
        return super().render_change_form(request, context, *args, **kwargs)
