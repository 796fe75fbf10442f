"""Takes pictures into the library: one after the other, each with an answer of its own."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.db import transaction

from newsroom.imaging.probe import RefusedPictureError
from newsroom.media import storing
from newsroom.media.likeness import like
from newsroom.media.models import Image


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one file: ``image`` was taken in, or ``there`` is in the library already, or ``refusal`` says why not.

    ``is_busy`` says that it was refused only as another one was being read.
    """

    name: str
    image: Image | None = None
    there: Image | None = None
    refusal: str = ""
    is_busy: bool = False

    @property
    def said(self) -> str:
        """Return it as a sentence."""
        if self.image is not None:
            return f"Taken in as “{self.image.title}”."
        if self.there is not None:
            return f"Not taken in: this picture is in the library already, as “{self.there.title}”."
        return f"Not taken in. {self.refusal}"


def there_already(kept: storing.Decoded) -> Image | None:
    """Return the picture of the library that is the same, or looks the same; None where there is none."""
    return storing.same_as(kept) or like(kept.look)


def take_in(upload: File[bytes], *, by: AbstractBaseUser | None, keep_both: bool = False, **said: Any) -> Answer:
    """Take one file in unless it is no picture or is here already, and say what became of it.

    ``keep_both`` takes it in beside what the library has. ``said`` are credit, licence and tags, as ``store`` takes them.
    """
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2][:200]
    try:
        kept = storing.decode(upload)
    except RefusedPictureError as error:
        return Answer(name, refusal=str(error), is_busy=isinstance(error, storing.BusyError))
    there = None if keep_both else there_already(kept)
    if there is not None:
        return Answer(name, there=there)
    image = Image(title=storing.title_from(name), created_by_id=by.pk if by else None, **said)
    with transaction.atomic():
        storing.keep(image, kept)
    return Answer(name, image=image)
