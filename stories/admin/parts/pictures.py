"""Pictures in the text of a work, and the field that chooses one from the library."""

from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.editing.naming import NameInput
from newsroom.editing.rows import RowForm, Rows, UidFormSet
from newsroom.media.models import Image
from stories.models import WorkImage


def shown_as(image: Image) -> str:
    """Return how a picture is named where one is chosen: titles may repeat, numbers do not."""
    return f"{image.title} (#{image.pk})"


class PictureField(forms.CharField):
    """A picture of the library, by its title or number; cleaned to an Image or None."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_length=300, widget=NameInput("picture-names"), **kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> Image | None:  # type: ignore[override]  # cleaned to a picture on purpose
        """Find the picture; refuse a title that none or several have."""
        written = super().clean(value)
        if not written:
            return None
        number = written.rpartition("(#")[2].rstrip(")")
        if written.endswith(")") and number.isdecimal() and (image := Image.objects.numbered(int(number)).first()):
            return image
        found = list(Image.objects.titled(written)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                f"“{written}” is not in the library." if not found else f"Several pictures are called “{written}”.",
                code="unknown",
            )
        return found[0]


class PictureForm(RowForm):
    """A picture as this work uses it."""

    picture = PictureField(label="Picture")

    class Meta:
        model = WorkImage
        fields = ("alt", "decorative", "caption", "credit")
        widgets: ClassVar = {
            "alt": forms.TextInput(),
            "caption": forms.Textarea(attrs={"rows": 2}),
            "credit": forms.TextInput(),
        }

    def clean(self) -> dict[str, object]:
        """Take the chosen picture over."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if isinstance(image := cleaned.get("picture"), Image):
            self.instance.image = image
        return cleaned


class PictureFormSet(UidFormSet):
    """The pictures of one work."""

    def fill(self, form: RowForm) -> None:
        """Name the picture."""
        if not form.is_new:
            form.initial["picture"] = shown_as(form.instance.image)


class PictureRows(Rows):
    """Pictures that texts of the work place in themselves."""

    model = WorkImage
    form = PictureForm
    formset = PictureFormSet
    template = "admin/stories/rows/pictures.html"
    singular = "picture"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkImage]:
        """Fetch the pictures along."""
        rows: QuerySet[WorkImage] = super().get_queryset(request)
        return rows.select_related("image")
