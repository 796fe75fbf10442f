"""The *Replace* screens of an image: upload another image, then choose the drafts that should use it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.audit import track_changes
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import DeskView
from newsroom.media import images
from newsroom.media.forms import LICENCES, UploadForm, thumbnail
from newsroom.media.models import Image
from newsroom.media.responses import as_retry_later
from stories.workflow import replace_image

RIGHTS = ("media.view_image", "media.add_image")


class ReplaceImageView(DeskView):
    """Upload an image to replace another one. The old image stays in the library unchanged."""

    template_name = "admin/media/image/replace.html"
    old: Image

    def prepare(self) -> None:
        self.require(self.request.user.has_perms(RIGHTS))
        self.old = get_image(self.kwargs["key"])

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        initial = {name: getattr(self.old, name) for name in ("title", "alt", "credit", "licence", "tags")}
        return self.show(UploadForm(initial=initial))

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        old, form = self.old, UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            response = self.show(form)
            return as_retry_later(response) if form.is_busy else response
        new, by = form.instance, signed_in_user(request)
        new.created_by_id = by.pk
        images.save_new(new, form.prepared)
        track_changes.record_added(new, by=by, reason=f"Replaces “{old.title}”")
        messages.success(request, f"“{new.title}” uploaded. “{old.title}” stays in the library.")
        return redirect("admin:replace_image_in_drafts", key=old.pk, new=new.pk)

    def show(self, form: UploadForm) -> HttpResponse:
        return self.render(
            {
                "title": f"Replace “{self.old.title}”",
                "old": self.old,
                "small": thumbnail(self.old),
                "form": focus_first_error(form),
                "duplicate": form.duplicate if form.duplicate and form.duplicate != self.old else None,
                "licences": LICENCES,
            }
        )


class ReplaceInDraftsView(DeskView):
    """Ask in which drafts to replace the old image, replace it there, and report the result for each draft."""

    template_name = "admin/media/image/replace_in_drafts.html"
    old: Image
    new: Image
    works: list[Any]
    editable_works: list[Any]

    def prepare(self) -> None:
        user = self.request.user
        self.require(user.has_perms(RIGHTS))
        self.old, self.new = get_image(self.kwargs["key"]), get_image(self.kwargs["new"])
        all_works = replace_image.list_works_showing(self.old)
        self.works = [work for work in all_works if user.has_perm(f"stories.view_{work._meta.model_name}")]
        by = signed_in_user(self.request)
        self.editable_works = [work for work in self.works if replace_image.may_replace_in(work, by)]

    def get(self, request: HttpRequest, key: int, new: int) -> HttpResponse:
        return self.render(
            {
                "title": f"Replace “{self.old.title}” with “{self.new.title}”",
                "old": self.old,
                "new": self.new,
                "small": (thumbnail(self.old), thumbnail(self.new)),
                "works": [(work, work in self.editable_works) for work in self.works],
                "may_choose": bool(self.editable_works),
            }
        )

    def post(self, request: HttpRequest, key: int, new: int) -> HttpResponse:
        self.require(bool(self.editable_works) or not self.works)
        works = replace_image.select_works(self.editable_works, request.POST.getlist("work"))
        if not works:
            messages.error(request, "Choose at least one draft.")
            return redirect(request.path)
        for result in replace_image.replace_image(self.old, self.new, works, by=signed_in_user(request)):
            if result.revision:
                messages.success(request, f"Replaced in “{result.work}”, saved as revision {result.revision.number}.")
            else:
                messages.error(request, f"“{result.work}” was not changed. {result.refusal}")
        return redirect(reverse("admin:media_image_change", args=[self.new.pk]))


def get_image(key: int) -> Image:
    """Return the image with this key, or raise Http404."""
    image = Image.objects.with_pk(key).first() if key < 10**18 else None
    if image is None:
        raise Http404
    return image
