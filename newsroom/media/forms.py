"""The forms of the image library, and the field and functions for naming, finding and suggesting images."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import date as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from newsroom.audit.concurrent_edits import ConcurrentEditForm
from newsroom.desk.forms.name_fields import NameInput
from newsroom.media import images
from newsroom.media.images import find_duplicate
from newsroom.media.models import MAX_CREDIT, MAX_LICENCE, MAX_TAGS, MAX_TITLE, Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.processing.open_safely import CONTENT_TYPES, FORMAT_NAMES, SIZE_LIMIT, RefusedImageError
from newsroom.media.renditions.specs import rendition_url, smallest_spec
from newsroom.media.search_text import join_tags, split_tags
from newsroom.text.join import join_list

ACCEPTED = ",".join(CONTENT_TYPES)
THUMBNAIL_WIDTH = 160  # pixels
IMAGE_FIELDS = ("title", "alt", "credit", "licence", "tags", "focal_x", "focal_y")
LICENCES = (
    "Our own", "Agency", "Courtesy of the person shown", "Public domain", "CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0",
)  # fmt: skip


class TagsField(forms.CharField):
    """A field for tags, separated by commas or semicolons. Repeated tags are removed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_TAGS, "required": False, **kwargs})

    def to_python(self, value: object) -> str:
        return join_tags(split_tags(super().to_python(value) or ""))


class ImageForm(ConcurrentEditForm):
    """The form for the description of an image."""

    tags = TagsField(help_text="Separate tags with commas.")

    class Meta:
        model = Image
        fields: ClassVar = IMAGE_FIELDS
        widgets: ClassVar = {
            "alt": forms.TextInput(attrs={"dir": "auto"}),
            "licence": forms.TextInput(attrs={"list": "licences", "class": "name-combobox", "autocomplete": "off"}),
        }


class UploadForm(ImageForm):
    """The form for a new image.

    Its ``upload`` field reports refused files and, unless ``keep_both`` is set, images that the library already has.
    """

    upload = forms.FileField(
        label="Picture",
        help_text=f"{FORMAT_NAMES}, at most {SIZE_LIMIT}. Location and camera data are removed.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    title = forms.CharField(max_length=MAX_TITLE, required=False, help_text="Leave empty to use the file name.")
    keep_both = forms.BooleanField(required=False, label="Keep both if it is a duplicate")
    prepared: images.PreparedImage
    duplicate: Image | None = None
    is_busy = False

    def clean(self) -> dict[str, Any]:
        """Decode the image, add errors to the ``upload`` field, and derive a missing title from the file name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("upload")
        if upload is None:
            return cleaned
        try:
            self.prepared = images.decode_upload(upload)
        except RefusedImageError as error:
            self.is_busy = isinstance(error, images.BusyError)
            self.add_error("upload", forms.ValidationError(str(error), code="refused"))
            return cleaned
        self.duplicate = None if cleaned.get("keep_both") else find_duplicate(self.prepared)
        if self.duplicate is not None:
            message = (
                f"The library already has this picture, as “{self.duplicate.title}”. Use that one, or tick “Keep both”."
            )
            self.add_error("upload", forms.ValidationError(message, code="same"))
        if not cleaned.get("title"):
            cleaned["title"] = images.title_from_filename(upload.name or "")
        return cleaned


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """A field for several files. It cleans to a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the posted files. Raise ValidationError if there are none."""
        # Empty files are included, because the view reports each refused file by name.
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not files:
            raise forms.ValidationError("Choose at least one picture.", code="required")
        return files


class BulkUploadForm(forms.Form):
    """The form for several new images, with values that apply to all of them."""

    pictures = MultipleFileField(
        label="Pictures",
        widget=MultipleFileInput(attrs={"accept": ACCEPTED}),
        help_text=f"{FORMAT_NAMES}, each at most {SIZE_LIMIT}.",
    )
    credit = forms.CharField(max_length=MAX_CREDIT, required=False, help_text="For all of these pictures.")
    licence = forms.CharField(
        max_length=MAX_LICENCE,
        required=False,
        help_text="Usage rights for all of them, such as “Our own”, “CC BY 4.0”, “Agency, until 2027”.",
        widget=forms.TextInput(attrs={"list": "licences", "class": "name-combobox", "autocomplete": "off"}),
    )
    tags = TagsField(help_text="For all of them. Separate tags with commas.")
    keep_both = forms.BooleanField(required=False, label="Keep duplicates")

    @property
    def shared_fields(self) -> dict[str, str]:
        """The values that apply to each of the images."""
        return {name: self.cleaned_data[name] for name in ("credit", "licence", "tags")}


MAX_NAMESAKES = 6
_DISPLAY_NAME = "shown_as"
_NAME_WITH_DATE = re.compile(r"(.+) \(added .+\)")
_NAME_WITH_NUMBER = re.compile(r"\(#(\d{1,18})\)$")


def set_display_names(images: Iterable[Image]) -> None:
    """Set the display name of each of ``images``.

    The name is the title. If several images have the same title, the time of upload follows, and a number if several
    of them were uploaded in the same minute.
    """
    image_list = list(images)
    namesakes: dict[str, list[Image]] = defaultdict(list)
    for other in Image.objects.titled_exactly(image.title for image in image_list).only("title", "created_at"):
        namesakes[other.title].append(other)
    names = {other.pk: name for group in namesakes.values() for name, other in _unique_names(group).items()}
    for image in image_list:
        vars(image)[_DISPLAY_NAME] = names.get(image.pk, image.title)


def display_name(image: Image) -> str:
    """Return the name under which forms show an image."""
    if _DISPLAY_NAME not in vars(image):
        set_display_names([image])
    return str(vars(image)[_DISPLAY_NAME])


def title_in_display_name(name: str) -> str:
    """Return the title in the display name of an image."""
    match = _NAME_WITH_DATE.fullmatch(name)
    return match[1] if match else name


def find_images_by_name(names: Iterable[str]) -> dict[str, Image]:
    """Return the images with these display names, keyed by name. This takes at most one query.

    A title that several images share is not found.
    """
    wanted = {name for name in names if name}
    titles = {*wanted, *map(title_in_display_name, wanted)}
    # Earlier releases showed the primary key of an image in its name.
    numbers = {name: int(match[1]) for name in wanted if (match := _NAME_WITH_NUMBER.search(name))}
    rows = list(Image.objects.titled_exactly(titles, or_numbered=numbers.values())) if wanted else []
    namesakes: dict[str, list[Image]] = defaultdict(list)
    for row in rows:
        namesakes[row.title].append(row)
    found = {name: row for group in namesakes.values() for name, row in _unique_names(group).items() if name in wanted}
    by_number = {row.pk: row for row in rows}
    return {name: by_number[number] for name, number in numbers.items() if number in by_number} | found


def _unique_names(namesakes: Sequence[Image]) -> dict[str, Image]:
    """Return the images, which all have the same title, keyed by unique name."""
    if len(namesakes) == 1:
        return {image.title: image for image in namesakes}
    names: dict[str, Image] = {}
    for image in sorted(namesakes, key=lambda each: each.pk):
        suffix = f"added {date_format(localtime(image.created_at), 'j F Y, H:i')}"
        same_minute = sum(name.startswith(f"{image.title} ({suffix}") for name in names)
        names[f"{image.title} ({suffix}{f', number {same_minute + 1}' if same_minute else ''})"] = image
    return names


def thumbnail(image: Image) -> SafeString:
    """Return an ``<img>`` element that shows the image at most ``THUMBNAIL_WIDTH`` wide."""
    width, height = scale_to_width((image.width, image.height), width=THUMBNAIL_WIDTH)
    return format_html(
        '<img class="thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
        rendition_url(image, smallest_spec(image)),
        width,
        height,
    )


def newest_names(*, limit: int) -> list[str]:
    """Return the display names of the ``limit`` newest images."""
    images = list(Image.objects.only("pk", "title")[:limit])
    set_display_names(images)
    return [display_name(image) for image in images]


def suggest_images(typed: str, *, limit: int = 8) -> list[dict[str, object]]:
    """Return at most ``limit`` images that match ``typed``, newest first, each with its display name and a description.

    Return an empty list if ``typed`` is blank.
    """
    images = list(Image.objects.matching(typed).only("pk", "title", "alt", "tags")[:limit]) if typed.strip() else []
    set_display_names(images)
    return [{"name": display_name(image), "also": [], "kind": image.alt[:80] or image.tags[:80]} for image in images]


def fill_texts(image: Image, cleaned: dict[str, Any], prefix: str = "") -> None:
    """Replace an empty alternative text and an empty credit in ``cleaned`` with the image's own.

    ``prefix`` is the prefix of the field names. A decorative image gets no alternative text.
    """
    for name, words in (("alt", "" if cleaned.get(f"{prefix}decorative") else image.alt), ("credit", image.credit)):
        if cleaned.get(f"{prefix}{name}") == "":
            cleaned[f"{prefix}{name}"] = words


class ImageNameInput(NameInput):
    """An input for the name of an image, with a button that saves the form and opens the screen for choosing one.

    With JavaScript, a button that opens the dialog takes its place.
    """

    template_name = "admin/media/name_with_choice.html"

    def __init__(self) -> None:
        super().__init__("picture-names")


class ImageField(forms.CharField):
    """A field for the name of an image in the library. It cleans to an Image or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **{"widget": NameInput("picture-names"), **kwargs})

    def prepare_value(self, value: object) -> object:
        return display_name(value) if isinstance(value, Image) else value

    def clean(self, value: object) -> Image | None:
        """Return the image, or None for an empty name.

        Raise ValidationError if no image, or more than one, has the name.
        """
        name = super().clean(value)
        if not name:
            return None
        if image := find_images_by_name([name]).get(name):
            return image
        images = list(Image.objects.titled(name)[:MAX_NAMESAKES])
        set_display_names(images)
        if len(images) != 1:
            raise forms.ValidationError(
                f"Several pictures are called “{name}”: {join_list(display_name(image) for image in images)}."
                if images
                else f"“{name}” is not in the library.",
                code="unknown",
            )
        return images[0]

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))
