"""The admin screen of the image library: add, describe and delete images, and see where they are used."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import INITIAL_VALUES, ConcurrentEditAdmin
from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import Choices, CountedFilter, UsageFilter, with_title
from newsroom.desk.deletion import Alternative
from newsroom.http.clock import request_time
from newsroom.media import images
from newsroom.media.admin.choose import ChooseImageView
from newsroom.media.admin.upload import BulkUploadView
from newsroom.media.forms import LICENCES, THUMBNAIL_WIDTH, ImageForm, UploadForm
from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import FREE, fallback_width, list_crops, make_spec, rendition_url, smallest_spec
from newsroom.media.responses import as_retry_later
from newsroom.media.usage import annotate_usage, filter_by_usage, find_uses


class UsedFilter(UsageFilter):
    """Filter images by whether they are used."""

    def filter_by(self, rows: Any, value: str) -> QuerySet[Image]:
        return filter_by_usage(rows, is_used=value == "yes")


class TagFilter(CountedFilter):
    """Filter images by one tag."""

    title = "tag"
    parameter_name = "tag"
    counts_newest_only = True

    def get_choices(self, request: HttpRequest, screen: object) -> Choices:
        """Return the most frequent tags and the chosen one."""
        chosen = str(request.GET.get("tag", ""))[:100]
        known = Image.objects.most_used_tags()
        return [(tag, tag) for tag in [*known, *([chosen] if chosen and chosen not in known else [])]]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Image]:
        return rows.tagged(value)  # type: ignore[no-any-return]

    def count_by_choice(self, rows: QuerySet[Image]) -> dict[str, int]:
        # One query counts the images for all tags.
        return rows.count_by_tag([value for value, _ in self.lookup_choices])  # type: ignore[attr-defined, no-any-return]


@admin.register(Image)
class ImageAdmin(SavedViewsAdmin, ConcurrentEditAdmin, AuditedAdmin):
    list_display = ("small", "title", "tags", "credit", "licence", "size", "has_use", "added")
    list_display_links = ("title",)
    list_filter = (TagFilter, UsedFilter, ("created_at", with_title(admin.DateFieldListFilter, "added")))
    search_fields = ("title", "alt", "credit", "uid")
    search_help_text = "Title, alternative text, credit, licence or tag"
    sortable_by = ("title", "added")
    readonly_fields = ("size", "added", "created_by")
    change_form_template = "admin/media/image/change_form_fields.html"
    change_list_template = "admin/media/image/thumbnails.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(BulkUploadView.as_view(model_admin=self))
        choose = self.admin_site.admin_view(ChooseImageView.as_view(model_admin=self))
        return [
            path("upload/", view, name="media_image_upload"),
            path("choose/", choose, name="media_image_choose"),
            *super().get_urls(),
        ]

    @admin.display(description="Added", ordering="created_at")
    def added(self, image: Image) -> str:
        return date(timezone.localtime(image.created_at), "j M Y, H:i")

    def get_form(
        self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[Image]]:
        # The file of an image is never replaced, so only the form for a new image has a file field.
        return UploadForm if obj is None else super().get_form(request, obj, change, **{**kwargs, "form": ImageForm})

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        names = ["title", "alt", "credit", "licence", "tags", "focal_x", "focal_y"]
        if obj is None:
            return ["upload", "keep_both", *names]
        return [*names, *self.readonly_fields, *([INITIAL_VALUES] if self.has_change_permission(request) else [])]

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Image]) -> QuerySet[Image]:
        """Annotate each image on the page with ``is_used``, without a further query."""
        return annotate_usage(rows)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Image], bool]:
        """Search the texts of images, ignoring case and accents, or find an image by its uid."""
        return queryset.matching(search_term), False

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm[Image], change: bool) -> None:
        """Save the image. If it is new or its focal point has moved, enqueue the task that makes its renditions."""
        if isinstance(form, UploadForm):
            obj.created_by_id = request.user.pk
            images.save_new(obj, form.prepared)
            return
        super().save_model(request, obj, form, change)
        if {"focal_x", "focal_y"} & set(form.changed_data):
            images.enqueue_renditions(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the URL, crops and uses of the image, a possible duplicate, and suggested licences.

        If the upload was refused only because another image was being decoded, the status is 503.
        """
        image = context.get("original")
        context["suggestions"] = {"licences": LICENCES}
        context["duplicate"] = getattr(context["adminform"].form, "duplicate", None)
        if isinstance(image, Image):
            context |= {
                "crops": list_crops(image),
                "full_image_url": rendition_url(
                    image, make_spec(image, FREE, width=fallback_width(image, FREE), ending="jpg")
                ),
                "uses": find_uses(image, user=request.user, at=request_time(request)),
            }
        response = super().render_change_form(request, context, *args, **kwargs)
        return as_retry_later(response) if getattr(context["adminform"].form, "is_busy", False) else response

    def get_alternative_to_deletion(self, obj: Model) -> Alternative:
        return Alternative("replace it with another picture", reverse("admin:replace_image", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        """Delete the image with its files, and write an audit entry."""
        self.record_deletion(request, obj)
        images.delete_image(obj)

    @admin.display(description="picture")
    def small(self, image: Image) -> SafeString:
        """Return an ``<img>`` element with the smallest rendition."""
        spec = smallest_spec(image)
        width, height = scale_to_width((image.width, image.height), width=THUMBNAIL_WIDTH)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">', rendition_url(image, spec), width, height
        )

    @admin.display(description="size")
    def size(self, image: Image) -> str:
        """Return the size in pixels, and a note if the file is missing."""
        size = f"{image.width:,} × {image.height:,}"
        return f"{size}, file missing" if image.missing_since else size

    @admin.display(description="used")
    def has_use(self, image: Image) -> str:
        return "Used" if getattr(image, "is_used", False) else "Unused"
