"""The pictures that a page places: the lead, and those inside its text."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.template.loader import render_to_string

from newsroom.media.models import Image
from stories.rendering import ShownPicture


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as a page shows it; a decorative one has no alternative text."""

    image: Image
    alt: str
    caption_html: str
    credit: str


def figures_of(placed: Collection[ShownPicture], *, fill: Callable[[str], str]) -> dict[UUID, Figure]:
    """Return the placed pictures by the uid of their use, without those that were erased. One query, or none.

    ``fill`` replaces the marks in their captions.
    """
    if not placed:
        return {}
    images = {image.uid: image for image in Image.objects.filter(uid__in=[picture.image for picture in placed])}
    return {
        picture.uid: Figure(
            images[picture.image],
            "" if picture.decorative else picture.alt,
            fill(picture.caption_html),
            picture.credit,
        )
        for picture in placed
        if picture.image in images
    }


def printed(figures: Mapping[UUID, Figure]) -> dict[str, str]:
    """Return the HTML of each figure, as it stands inside a text, by its uid in words."""
    return {str(uid): render_to_string("components/figure.html", {"figure": figure}) for uid, figure in figures.items()}
