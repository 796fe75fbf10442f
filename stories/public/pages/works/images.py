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
    """An image as a page shows it. A decorative image has no alternative text.

    ``image`` is None if the image is no longer public; an old edition then prints the alternative text. ``under`` is
    the prefix of the image's addresses in a shared preview, which serves its own images.
    """

    image: Image | None
    alt: str
    caption_html: str
    credit: str
    under: str = ""


def load_figures(
    placed: Collection[ImageFragment], *, fill: Callable[[str], str], under: str = ""
) -> dict[UUID, Figure]:
    """Return a figure for each placed image that has not been erased, keyed by the uid of the placement.

    This takes at most one query. ``fill`` replaces the placeholders in captions. If ``under`` is given, the addresses
    of the images begin with it.
    """
    images = _load_images(placed, images=Image.objects.all())
    return {
        picture.uid: _build_figure(picture, images[picture.image], fill, under=under)
        for picture in placed
        if picture.image in images
    }


def load_public_figures(
    placed: Collection[ImageFragment], *, fill: Callable[[str], str], at: datetime
) -> dict[UUID, Figure]:
    """Return a figure for every placed image, keyed by the uid of the placement.

    The ``image`` of a figure is None if it is not public at ``at``. This takes at most one query. ``fill`` replaces the
    placeholders in captions.
    """
    images = _load_images(placed, images=Image.objects.public(at))
    return {picture.uid: _build_figure(picture, images.get(picture.image), fill) for picture in placed}


def render_figures(figures: Mapping[UUID, Figure]) -> dict[str, str]:
    """Return the HTML of each figure, keyed by the uid of the placement as a string."""
    return {str(uid): render_to_string("components/figure.html", {"figure": figure}) for uid, figure in figures.items()}


def _load_images(placed: Collection[ImageFragment], *, images: ImageQuerySet) -> dict[UUID, Image]:
    uids = {picture.image for picture in placed}
    return {image.uid: image for image in images.filter(uid__in=uids)} if uids else {}


def _build_figure(
    picture: ImageFragment, image: Image | None, fill: Callable[[str], str], *, under: str = ""
) -> Figure:
    alt = "" if picture.decorative else picture.alt
    return Figure(image, alt, fill(picture.caption_html), picture.credit, under)
