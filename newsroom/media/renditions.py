"""Makes and keeps renditions: each once, also when several ask for it at the same moment."""

from collections.abc import Collection, Iterable
from math import ceil

import PIL.Image
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from newsroom.imaging import raster
from newsroom.media.models import Image, Rendition
from newsroom.media.specs import SHAPES, Spec, is_served, size_of


def content_of(image: Image, spec: Spec) -> bytes | None:
    """Return the bytes of a rendition, made now if need be; None where it is not one that is served.

    What was made while the focal point lay elsewhere is still found, so that pages kept elsewhere stay whole. A file
    that was lost is made again: renditions need no backup.
    """
    kept = Rendition.objects.filter(image=image, spec=str(spec)).first()
    if kept is not None:
        try:
            return _read(kept)
        except FileNotFoundError:
            kept.delete()
    if not is_served(image, spec):
        return None
    return _read(_keep(image, spec, _made(_opened(image, [spec]), spec)))


def make_missing(image: Image, specs: Iterable[Spec]) -> int:
    """Make those renditions that are not kept yet, reading the picture once; return how many were made."""
    kept = set(image.renditions.values_list("spec", flat=True))
    missing = [spec for spec in specs if str(spec) not in kept]
    if missing:
        picture = _opened(image, missing)
        for spec in missing:
            _keep(image, spec, _made(picture, spec))
    return len(missing)


def _read(rendition: Rendition) -> bytes:
    with rendition.file.storage.open(str(rendition.file)) as file:
        data: bytes = file.read()
        return data


def _opened(image: Image, specs: Collection[Spec]) -> PIL.Image.Image:
    """Return the picture as it is kept, decoded; a photograph may come smaller, twice as large as ``specs`` need it."""
    scale = min(1.0, 2 * max(spec.width / size_of(image, spec.shape)[0] for spec in specs))
    with image.file.storage.open(str(image.file)) as file:
        picture = PIL.Image.open(file, formats=("JPEG", "PNG"))
        picture.draft(None, (ceil(image.width * scale), ceil(image.height * scale)))
        picture.load()
    return picture


def _made(picture: PIL.Image.Image, spec: Spec) -> raster.Encoded:
    return raster.rendition(
        picture, width=spec.width, ratio=SHAPES[spec.shape], focus=spec.focus or (50, 50), ending=spec.ending
    )


def _keep(image: Image, spec: Spec, made: raster.Encoded) -> Rendition:
    rendition = Rendition(image=image, spec=str(spec), width=made.width, height=made.height)
    rendition.file.save(str(spec), ContentFile(made.data, name=str(spec)), save=False)
    try:
        with transaction.atomic():
            rendition.save(force_insert=True)
    except IntegrityError:  # somebody else was faster
        rendition.file.storage.delete(str(rendition.file))
        return Rendition.objects.get(image=image, spec=str(spec))
    return rendition
