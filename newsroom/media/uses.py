"""Where pictures are used: asked through the models that point to them, which this room does not know."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from newsroom.media.models import Image


class Use(NamedTuple):
    """One thing that uses a picture; ``address`` is its form at the desk, empty where it has none."""

    label: str
    address: str


def _is_used() -> Exists:
    used = (
        Q(leading_stories__isnull=False) | Q(uses__isnull=False) | Q(topics__isnull=False) | Q(editions__isnull=False)
    )
    return Exists(Image.objects.filter(used, pk=OuterRef("pk")).order_by())


def with_use(images: QuerySet[Image]) -> QuerySet[Image]:
    """Return the pictures, each saying as ``is_used`` whether anything uses it or did when it went out."""
    return images.annotate(is_used=_is_used())


def used(images: QuerySet[Image], *, is_used: bool) -> QuerySet[Image]:
    """Keep the pictures that something uses, or those that nothing does."""
    return images.filter(_is_used() if is_used else ~_is_used())


def uses_of(image: Image) -> list[Use]:
    """Return what uses the picture today, each thing once: works that show it, topics that carry it."""
    things = {(thing._meta.label, thing.pk): thing for thing in _things(image)}
    return [Use(f"{thing} ({thing._meta.verbose_name})", _address(thing)) for thing in things.values()]


def _things(image: Image) -> Iterator[Model]:
    yield from image.leading_stories.all()
    for placed in image.uses.select_related("work__story", "work__faq"):
        yield getattr(placed.work, "story", None) or getattr(placed.work, "faq", None) or placed.work
    yield from image.topics.all()


def _address(thing: Model) -> str:
    meta = thing._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])
    except NoReverseMatch:
        return ""
