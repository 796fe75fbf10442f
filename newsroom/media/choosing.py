"""The field by which a form chooses a picture of the library."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import date as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from newsroom.editing.naming import NameInput
from newsroom.imaging.raster import fitted
from newsroom.media.models import Image
from newsroom.media.specs import address_of, smallest
from newsroom.text.join import listed

MOST_NAMESAKES = 6
_NAME = "shown_as"
_ADDED = re.compile(r"(.+) \(added .+\)")
_NUMBERED = re.compile(r"\(#(\d{1,18})\)$")


def name_each(images: Iterable[Image]) -> None:
    """Find out by which name a form shows each of these pictures, in one query for all of them.

    That is the title, and where several pictures have it, also when this one was added.
    """
    named = list(images)
    namesakes: dict[str, list[Image]] = defaultdict(list)
    for other in Image.objects.titled_exactly(image.title for image in named).only("title", "created_at"):
        namesakes[other.title].append(other)
    names = {other.pk: name for others in namesakes.values() for name, other in _names(others).items()}
    for image in named:
        vars(image)[_NAME] = names.get(image.pk, image.title)


def shown_as(image: Image) -> str:
    """Return how a picture is named where one is chosen."""
    if _NAME not in vars(image):
        name_each([image])
    return str(vars(image)[_NAME])


def pictures_named(names: Iterable[str]) -> dict[str, Image]:
    """Return the pictures that these names mean, as forms show them, in one query; no title that several have."""
    written = {name for name in names if name}
    titles = {*written, *(match[1] for name in written if (match := _ADDED.fullmatch(name)))}
    # What forms showed before this release.
    numbers = {name: int(match[1]) for name in written if (match := _NUMBERED.search(name))}
    rows = list(Image.objects.titled_exactly(titles, or_numbered=numbers.values())) if written else []
    namesakes: dict[str, list[Image]] = defaultdict(list)
    for row in rows:
        namesakes[row.title].append(row)
    found = {name: row for others in namesakes.values() for name, row in _names(others).items() if name in written}
    by_number = {row.pk: row for row in rows}
    return {name: by_number[number] for name, number in numbers.items() if number in by_number} | found


def _names(namesakes: Sequence[Image]) -> dict[str, Image]:
    """Return every picture of one title by the name that is its own."""
    if len(namesakes) == 1:
        return {image.title: image for image in namesakes}
    names: dict[str, Image] = {}
    for image in sorted(namesakes, key=lambda each: each.pk):
        added = f"added {date_format(localtime(image.created_at), 'j F Y, H:i')}"
        same = sum(name.startswith(f"{image.title} ({added}") for name in names)
        names[f"{image.title} ({added}{f', number {same + 1}' if same else ''})"] = image
    return names


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
    images = list(Image.objects.only("pk", "title")[:limit])
    name_each(images)
    return [shown_as(image) for image in images]


def offered_pictures(typed: str, *, limit: int = 8) -> list[dict[str, object]]:
    """Return the newest pictures of which these words are said: what the field takes, and what they show."""
    found = list(Image.objects.saying(typed).only("pk", "title", "alt", "tags")[:limit]) if typed.strip() else []
    name_each(found)
    return [{"name": shown_as(image), "also": [], "kind": image.alt[:80] or image.tags[:80]} for image in found]


def propose_words(image: Image, cleaned: dict[str, Any], prefix: str = "") -> None:
    """Fill the empty alternative text and credit of a form with those of the picture that was just chosen.

    ``prefix`` is what the names of the fields begin with. A decorative picture keeps an empty alternative text.
    """
    for name, words in (("alt", "" if cleaned.get(f"{prefix}decorative") else image.alt), ("credit", image.credit)):
        if cleaned.get(f"{prefix}{name}") == "":
            cleaned[f"{prefix}{name}"] = words


class PictureField(forms.CharField):
    """A picture of the library, by its title; cleaned to an Image or None."""

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
        if image := pictures_named([written]).get(written):
            return image
        found = list(Image.objects.titled(written)[:MOST_NAMESAKES])
        name_each(found)
        if len(found) != 1:
            raise forms.ValidationError(
                f"Several pictures are called “{written}”: {listed(shown_as(image) for image in found)}."
                if found
                else f"“{written}” is not in the library.",
                code="unknown",
            )
        return found[0]

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what is shown."""
        return bool(super().has_changed(self.prepare_value(initial), data))
