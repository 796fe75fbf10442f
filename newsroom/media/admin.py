"""The library of pictures at the desk: taking them in, saying what they show, finding where they are used."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from newsroom.imaging.probe import RefusedPictureError
from newsroom.imaging.raster import Encoded, fitted
from newsroom.media import storing
from newsroom.media.models import Image
from newsroom.media.specs import address_of, smallest
from newsroom.media.uses import used, uses_of, with_use
from newsroom.record.screens import RecordedAdmin

SMALL = 160  # pixels across in lists


class UploadForm(forms.ModelForm[Image]):
    """A new picture: refused in a sentence, under its field, when it cannot be read or is here already."""

    upload = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG, WebP, AVIF or GIF, at most 10 MB and 40 megapixels. What a camera adds (place, name) goes.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
    )
    title = forms.CharField(
        max_length=200, required=False, help_text="What editors call it. Left empty, the name of the file."
    )
    kept: Encoded

    class Meta:
        model = Image
        fields: ClassVar = ["title", "alt", "credit", "focal_x", "focal_y"]

    def clean_upload(self) -> object:
        """Decode the picture, so that every refusal is one of this field."""
        upload = self.cleaned_data["upload"]
        try:
            self.kept = storing.decode(upload)
        except RefusedPictureError as error:
            raise forms.ValidationError(str(error), code="refused") from error
        same = storing.same_as(self.kept)
        if same is not None:
            raise forms.ValidationError("This picture is here already, as “%(title)s”.", "same", {"title": same.title})
        return upload

    def clean(self) -> dict[str, object]:
        """Name the picture after its file where nobody named it."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        upload = self.cleaned_data.get("upload")
        if upload is not None and not cleaned.get("title"):
            cleaned["title"] = storing.title_from(upload.name or "")
        return cleaned


class UsedFilter(admin.SimpleListFilter):
    """Pictures that something uses, or that nothing does."""

    title = "use"
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("yes", "Used"), ("no", "Not used")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """Keep the pictures of the chosen kind."""
        return queryset if self.value() is None else used(queryset, is_used=self.value() == "yes")


@admin.register(Image)
class ImageAdmin(RecordedAdmin):
    """Pictures, the newest first."""

    list_display = ("small", "title", "credit", "size", "has_use", "added")
    list_display_links = ("title",)
    list_filter = (UsedFilter, "created_at")
    search_fields = ("title", "alt", "credit", "uid")
    date_hierarchy = "created_at"
    readonly_fields = ("small", "size", "used_in", "added", "created_by")

    @admin.display(description="Added", ordering="created_at")
    def added(self, image: Image) -> str:
        """Say when it was taken in."""
        return date(timezone.localtime(image.created_at), "j M Y, H:i")

    def get_form(
        self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[Image]]:
        """Ask for the file once: a picture is never exchanged for another under the same uid."""
        return UploadForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Show what is known once the picture is here."""
        asked = ["title", "alt", "credit", "focal_x", "focal_y"]
        return ["upload", *asked] if obj is None else ["small", *asked, *self.readonly_fields[1:]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Say of each picture whether it is used, in the same query."""
        return with_use(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm[Image], change: bool) -> None:
        """Take a new picture in; make crops anew where the focal point moved."""
        if isinstance(form, UploadForm):
            obj.created_by_id = request.user.pk
            storing.keep(obj, form.kept)
            return
        super().save_model(request, obj, form, change)
        if {"focal_x", "focal_y"} & set(form.changed_data):
            storing.prepare(obj)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        """Remove the picture with its files."""
        self.record_deletion(request, obj)
        storing.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        """Remove pictures with their files; the stock action has refused when any of them is used."""
        for image in queryset:
            self.delete_model(request, image)

    @admin.display(description="picture")
    def small(self, image: Image) -> SafeString:
        """Show the picture, small."""
        spec = smallest(image)
        width, height = fitted((image.width, image.height), width=SMALL)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">', address_of(image, spec), width, height
        )

    @admin.display(description="size")
    def size(self, image: Image) -> str:
        """Say how large the picture is, in pixels."""
        return f"{image.width:,} × {image.height:,}"

    @admin.display(description="used", boolean=True)
    def has_use(self, image: Image) -> bool:
        """Say whether anything uses the picture."""
        return bool(getattr(image, "is_used", False))

    @admin.display(description="used in")
    def used_in(self, image: Image) -> SafeString | str:
        """List what uses the picture, each with the way there."""
        uses = uses_of(image)
        if not uses:
            return "Nothing yet."
        return format_html(
            "<ul>{}</ul>",
            format_html_join("", '<li><a href="{}">{}</a></li>', ((use.address, use.label) for use in uses)),
        )
