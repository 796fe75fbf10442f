"""The *Replace* screens of an image: upload another image, then use it in the drafts that the user chooses."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.audit import track_changes
from newsroom.desk.responses import focus_first_error
from newsroom.media import images
from newsroom.media.forms import LICENCES, UploadForm, thumbnail
from newsroom.media.models import Image
from newsroom.media.responses import as_retry_later
from stories.workflow import replace_image

RIGHTS = ("media.view_image", "media.add_image")


def upload_replacement(request: HttpRequest, key: int) -> HttpResponse:
    """Upload the image that replaces another; the old one stays in the library, unchanged."""
    old = _picture(request, key)
    asked = {name: getattr(old, name) for name in ("title", "alt", "credit", "licence", "tags")}
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm(initial=asked)
    if is_sent and form.is_valid():
        new = form.instance
        new.created_by_id = signed_in_user(request).pk
        images.save_new(new, form.kept)
        track_changes.record_added(new, by=signed_in_user(request), reason=f"In the place of “{old.title}”")
        messages.success(request, f"“{new.title}” is in the library. “{old.title}” stays there too.")
        return redirect("admin:replace_picture_in", key=old.pk, new=new.pk)
    context = {
        **admin.site.each_context(request),
        "title": f"Replace “{old.title}”",
        "old": old,
        "small": thumbnail(old),
        "form": focus_first_error(form),
        "there": form.there if form.there and form.there != old else None,
        "licences": LICENCES,
    }
    response = TemplateResponse(request, "admin/media/image/replace.html", context)
    return as_retry_later(response) if form.is_busy else response


def replace_in_drafts(request: HttpRequest, key: int, new: int) -> HttpResponse:
    """Ask which drafts show the new image from now on, and report the result for each of them."""
    old, other = _picture(request, key), _picture(request, new)
    user = signed_in_user(request)
    works = [
        work for work in replace_image.works_showing(old) if user.has_perm(f"stories.view_{work._meta.model_name}")
    ]
    allowed = [work for work in works if replace_image.may_replace_in(work, user)]
    if request.method == "POST":
        if not allowed and works:
            raise PermissionDenied
        chosen = replace_image.select_works(allowed, request.POST.getlist("work"))
        if not chosen:
            messages.error(request, "Choose at least one draft.")
            return redirect(request.path)
        for result in replace_image.replace_image(old, other, chosen, by=user):
            if result.revision:
                messages.success(request, f"“{result.work}” shows it, saved as revision {result.revision.number}.")
            else:
                messages.error(request, f"“{result.work}” was left as it is. {result.refusal}")
        return redirect(reverse("admin:media_image_change", args=[other.pk]))
    context = {
        **admin.site.each_context(request),
        "title": f"Put “{other.title}” in the place of “{old.title}”",
        "old": old,
        "new": other,
        "small": (thumbnail(old), thumbnail(other)),
        "works": [(work, work in allowed) for work in works],
        "may_choose": bool(allowed),
    }
    return TemplateResponse(request, "admin/media/image/replace_in_drafts.html", context)


def _picture(request: HttpRequest, key: int) -> Image:
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    image = Image.objects.numbered(key).first() if key < 10**18 else None
    if image is None:
        raise Http404
    return image
