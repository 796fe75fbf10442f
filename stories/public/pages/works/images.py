"""The images of a page: the lead image, and those placed inside its text."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string

from newsroom.media.models import Image, ImageQuerySet
from stories.documents.render import ImageFragment


@dataclass(frozen=True, slots=True)
class Figure:
    """An image as a page shows it; a decorative one has no alternative text.

    ``image`` is None if it is no longer public: an old edition then describes it in words. ``under`` is the address of
    a shared preview, which serves its images itself.
    """

    image: Image | None
    alt: str
    caption_html: str
    credit: str
    under: str = ""


def figures_of(placed: Collection[ImageFragment], *, fill: Callable[[str], str], under: str = "") -> dict[UUID, Figure]:
    """Return the placed images by the uid of their use, without erased ones. One query, or none.

    ``fill`` replaces the placeholders in captions. The images are served at ``under``, or else at their usual address.
    """
    images = _images(placed, among=Image.objects.all())
    return {
        picture.uid: _figure(picture, images[picture.image], fill, under=under)
        for picture in placed
        if picture.image in images
    }


def public_figures_of(
    placed: Collection[ImageFragment], *, fill: Callable[[str], str], at: datetime
) -> dict[UUID, Figure]:
    """Return every placed image by the uid of its use, with ``image`` None if it is not public at ``at``.

    It takes one query, or none. ``fill`` replaces the placeholders in captions.
    """
    images = _images(placed, among=Image.objects.public(at))
    return {picture.uid: _figure(picture, images.get(picture.image), fill) for picture in placed}


def render_figures(figures: Mapping[UUID, Figure]) -> dict[str, str]:
    """Return the HTML of each figure inside a text, by its uid as a string."""
    return {str(uid): render_to_string("components/figure.html", {"figure": figure}) for uid, figure in figures.items()}


def _images(placed: Collection[ImageFragment], *, among: ImageQuerySet) -> dict[UUID, Image]:
    wanted = {picture.image for picture in placed}
    return {image.uid: image for image in among.filter(uid__in=wanted)} if wanted else {}


def _figure(picture: ImageFragment, image: Image | None, fill: Callable[[str], str], *, under: str = "") -> Figure:
    alt = "" if picture.decorative else picture.alt
    return Figure(image, alt, fill(picture.caption_html), picture.credit, under)
