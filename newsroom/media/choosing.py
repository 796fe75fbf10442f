"""The field by which a form chooses a picture of the library."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.editing.naming import NameInput
from newsroom.imaging.raster import fitted
from newsroom.media.models import Image
from newsroom.media.specs import address_of, smallest


def shown_as(image: Image) -> str:
    """Return how a picture is named where one is chosen: titles may repeat, numbers do not."""
    return f"{image.title} (#{image.pk})"


def thumbnail(image: Image) -> SafeString:
    """Return the picture as a form shows it, small."""
    width, height = fitted((image.width, image.height), width=160)
    return format_html(
        '<img class="thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
        address_of(image, smallest(image)),
        width,
        height,
    )


def titles_on_offer(*, limit: int) -> list[str]:
    """Return the names of the newest pictures."""
    return [shown_as(image) for image in Image.objects.only("pk", "title")[:limit]]


def offered_pictures(typed: str, *, limit: int = 8) -> list[dict[str, object]]:
    """Return the newest pictures of which these words are said: what the field takes, and what they show."""
    found = Image.objects.saying(typed).only("pk", "title", "alt", "tags")[:limit] if typed.strip() else ()
    return [{"name": shown_as(image), "also": [], "kind": image.alt[:80] or image.tags[:80]} for image in found]


class PictureField(forms.CharField):
    """A picture of the library, by its title or number; cleaned to an Image or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, widget=NameInput("picture-names"), **kwargs)

    def prepare_value(self, value: object) -> object:
        """Return what the field shows for a picture."""
        return shown_as(value) if isinstance(value, Image) else value

    def clean(self, value: object) -> Image | None:
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

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what is shown."""
        return bool(super().has_changed(self.prepare_value(initial), data))
