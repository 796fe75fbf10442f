"""Rows for images in the texts of a work."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownTextarea
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from newsroom.media.forms import ImageField, fill_texts, set_display_names, thumbnail
from newsroom.media.models import Image
from stories.models import WorkImage


class ImageForm(RowForm):
    """Form for an image, with the alternative text, caption and credit that it has in this work."""

    picture = ImageField(label="Picture")
    # The name by which texts refer to the picture, or an empty string for a row without a picture.
    short_name: str = ""

    class Meta:
        model = WorkImage
        fields = ("alt", "decorative", "caption", "credit")
        widgets: ClassVar = {
            "alt": forms.TextInput(),
            "caption": MarkdownTextarea(attrs={"rows": 2}),
            "credit": forms.TextInput(),
        }

    @property
    def thumbnail(self) -> str:
        """The image as a small HTML ``img`` element, or an empty string for a new row."""
        return "" if self.is_new else thumbnail(self.instance.image)

    def clean(self) -> dict[str, object]:
        """Assign the chosen image. If it has changed, use its alternative text and credit where the row has none."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if isinstance(image := cleaned.get("picture"), Image):
            self.instance.image = image
            if "picture" in self.changed_data:
                fill_texts(image, cleaned)
        return cleaned


class ImageFormSet(UidFormSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # This takes one query for the names of all images.
        set_display_names(row.image for row in self.get_queryset())

    def set_initial(self, form: RowForm) -> None:
        if not form.is_new:
            form.initial["picture"] = form.instance.image


class ImageRows(RowInline):
    """Inline for images that the texts of the work can include."""

    model = WorkImage
    form = ImageForm
    formset = ImageFormSet
    template = "admin/stories/rows/images.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkImage]:
        rows: QuerySet[WorkImage] = super().get_queryset(request)
        return rows.select_related("image")
