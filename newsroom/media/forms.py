"""The forms of the library: one new picture, many at once, and what is said of a picture."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from newsroom.imaging.probe import RefusedPictureError
from newsroom.media import storing
from newsroom.media.models import Image
from newsroom.media.taking_in import there_already
from newsroom.media.words import line_of, tags_in
from newsroom.record.meanwhile import SeenForm

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
SAID = ("title", "alt", "credit", "licence", "tags", "focal_x", "focal_y")
LICENCES = (
    "Our own", "Agency", "Courtesy of the person shown", "Public domain", "CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0",
)  # fmt: skip


class TagsField(forms.CharField):
    """Tags in one line, parted by commas; each once."""

    def to_python(self, value: object) -> str:
        """Return the line as it is kept."""
        return line_of(tags_in(super().to_python(value) or ""))


class SaidForm(SeenForm):
    """What is said of a picture."""

    tags = TagsField(max_length=500, required=False, help_text="Words by which it is found, parted by commas.")

    class Meta:
        model = Image
        fields: ClassVar = SAID
        widgets: ClassVar = {
            "alt": forms.TextInput(attrs={"dir": "auto"}),
            "licence": forms.TextInput(attrs={"list": "licences", "class": "names", "autocomplete": "off"}),
        }


class UploadForm(SaidForm):
    """A new picture: refused in a sentence, under its field, when it cannot be read or is here already."""

    upload = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG, WebP, AVIF or GIF, at most 10 MB and 40 megapixels. What a camera adds (place, name) goes.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    title = forms.CharField(
        max_length=200, required=False, help_text="What editors call it. Left empty, the name of the file."
    )
    keep_both = forms.BooleanField(required=False, label="Keep both, if the library has it already")
    kept: storing.Decoded
    there: Image | None = None
    is_busy = False

    def clean(self) -> dict[str, Any]:
        """Decode the picture, so that every refusal is one of its field; name it after its file where nobody did."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("upload")
        if upload is None:
            return cleaned
        try:
            self.kept = storing.decode(upload)
        except RefusedPictureError as error:
            self.is_busy = isinstance(error, storing.BusyError)
            self.add_error("upload", forms.ValidationError(str(error), code="refused"))
            return cleaned
        self.there = None if cleaned.get("keep_both") else there_already(self.kept)
        if self.there is not None:
            said = f"This picture is here already, as “{self.there.title}”. Use that one, or tick “Keep both”."
            self.add_error("upload", forms.ValidationError(said, code="same"))
        if not cleaned.get("title"):
            cleaned["title"] = storing.title_from(upload.name or "")
        return cleaned


class SeveralFilesInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several files; cleaned to a list."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files that were sent; one that is empty is answered by name like the others."""
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not files:
            raise forms.ValidationError("Choose at least one picture.", code="required")
        return files


class ManyForm(forms.Form):
    """Many pictures, and what is said of all of them."""

    pictures = SeveralFilesField(
        label="Pictures",
        widget=SeveralFilesInput(attrs={"accept": ACCEPTED}),
        help_text="JPEG, PNG, WebP, AVIF or GIF, each at most 10 MB and 40 megapixels.",
    )
    credit = forms.CharField(max_length=300, required=False, help_text="Of all of them.")
    licence = forms.CharField(
        max_length=200,
        required=False,
        help_text="Of all of them: “Our own”, “CC BY 4.0”, “Agency, until 2027”.",
        widget=forms.TextInput(attrs={"list": "licences", "class": "names", "autocomplete": "off"}),
    )
    tags = TagsField(max_length=500, required=False, help_text="Of all of them, parted by commas.")
    keep_both = forms.BooleanField(required=False, label="Take in also what the library has already")

    @property
    def said(self) -> dict[str, str]:
        """Return what is said of each picture."""
        return {name: self.cleaned_data[name] for name in ("credit", "licence", "tags")}
