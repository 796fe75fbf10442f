"""The screen on which a picture is chosen or uploaded for a form. With JavaScript, the form shows it as a dialog."""

from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from newsroom.audit import track_changes
from newsroom.desk.responses import safe_next_url
from newsroom.desk.views import ModelView
from newsroom.http.converters import parse_number
from newsroom.media.forms import ACCEPTED, set_display_names
from newsroom.media.images import add_upload
from newsroom.media.models import MAX_ALT, MAX_CREDIT, Image
from newsroom.media.renditions.specs import list_crops
from newsroom.media.responses import as_retry_later, describe_image

PAGE_SIZE = 24
MAX_QUERY_LENGTH = 200


class DescriptionForm(forms.Form):
    """Form for the texts that a picture has in one place; they are filled in from the library."""

    alt = forms.CharField(
        label="Alternative text",
        required=False,
        max_length=MAX_ALT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text="Describe what matters, for people who can’t see it.",
    )
    decorative = forms.BooleanField(label="Purely decorative: screen readers skip it", required=False)
    caption = forms.CharField(
        label="Caption", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    credit = forms.CharField(
        label="Credit", required=False, max_length=MAX_CREDIT, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class UploadFileForm(forms.Form):
    """Form for one file."""

    picture = forms.FileField(label="Upload a picture", widget=forms.FileInput(attrs={"accept": ACCEPTED}))


class ChooseImageView(ModelView):
    """List images, newest first, or describe the chosen one. An upload leads on to its description.

    ``next`` is the address of the form, which gets the choice as parameters, and ``place`` the field for the picture.
    """

    template_name = "admin/media/image/choose.html"
    permission = "media.view_image"

    def get(self, request: HttpRequest) -> HttpResponse:
        if chosen := request.GET.get("picture", ""):
            return self.show_description(chosen)
        return self.show_list()

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require(request.user.has_perm("media.add_image"))
        form = UploadFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show_list(upload=form)
        user = self.by
        outcome = add_upload(form.cleaned_data["picture"], by=user)
        if outcome.image:
            track_changes.record_added(outcome.image, by=user)
            return redirect(f"{request.path}?{urlencode({**self.parameters, 'picture': outcome.image.uid})}")
        if not outcome.duplicate:
            form.add_error("picture", outcome.refusal)
        response = self.show_list(upload=form, duplicate=outcome.duplicate)
        return as_retry_later(response) if outcome.is_busy else response

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that lead back to the form."""
        return {"next": safe_next_url(self.request.GET.get("next", "")), "place": self.request.GET.get("place", "")}

    def show_list(self, *, upload: UploadFileForm | None = None, duplicate: Image | None = None) -> HttpResponse:
        """Return 24 images that match ``q``, after the first ``from``, as a page or, for a script, as JSON."""
        request = self.request
        words = request.GET.get("q", "")[:MAX_QUERY_LENGTH].replace("\0", "")
        start = parse_number(request.GET.get("from", ""), digits=6) or 0
        matching = Image.objects.matching(words)
        rows, total = list(matching[start : start + PAGE_SIZE]), matching.count()
        set_display_names(rows)
        shown = start + len(rows)
        status = f"{shown} of {total} picture{'' if total == 1 else 's'}" if total else "No pictures found."
        pictures = [describe_image(image) for image in rows]
        more = shown if shown < total else None
        if not request.accepts("text/html"):
            return JsonResponse({"pictures": pictures, "status": status, "more": more})
        return self.render(
            {
                "title": "Choose a picture",
                "pictures": pictures,
                "status": status,
                "words": words,
                "upload": (upload or UploadFileForm()) if request.user.has_perm("media.add_image") else None,
                "duplicate": duplicate,
                "parameters": self.parameters,
                "query": urlencode(self.parameters),
                "more": f"?{urlencode({**self.parameters, 'q': words, 'from': more})}" if more else "",
            }
        )

    def show_description(self, uid: str) -> HttpResponse:
        """Return the form for the texts of the chosen image. It submits them to the form that asked for a picture."""
        image = Image.objects.with_uid(uid)
        if image is None:
            raise Http404
        details = describe_image(image)
        return self.render(
            {
                "title": image.title,
                "chosen": details,
                "crops": list_crops(image),
                "form": DescriptionForm(initial=details),
                "parameters": self.parameters,
                "query": urlencode(self.parameters),
            }
        )
