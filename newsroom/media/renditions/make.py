"""Make renditions: JPEGs during the request that needs them, other formats in the background."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import PIL.Image

from newsroom.http import rate_limits
from newsroom.media.models import Image
from newsroom.media.processing import encode, normalize
from newsroom.media.renditions import intermediates, store
from newsroom.media.renditions.specs import SHAPES, Spec, is_served

FALLBACK_FORMAT = "jpg"  # made during the request: an AVIF of the same width takes a hundred times as long
LOCK_SECONDS = 30  # seconds after which a process that is making a rendition is presumed dead
MAX_WAIT_SECONDS = 5.0  # seconds for which others wait for it
_LOOK_AGAIN = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Content:
    """The content of the response for a rendition. ``is_final`` is False if another rendition takes its place."""

    data: bytes
    ending: str
    is_final: bool = True


def get_or_make_content(image: Image, spec: Spec) -> Content | None:
    """Return the content for a rendition, or None if we never gave out the spec.

    In place of an AVIF or WebP that is not made yet, return the JPEG of the same crop and width. Make it now if
    necessary. A stored file that was lost is made again, so renditions need no backup.
    """
    kept = store.read_rendition(image, str(spec))
    if kept is not None:
        return Content(kept, spec.ending)
    # Specs with an earlier focal point are served too, so that pages in caches elsewhere stay complete.
    if not is_served(image, spec):
        return None
    return Content(
        _first(image, replace(spec, ending=FALLBACK_FORMAT)), FALLBACK_FORMAT, is_final=spec.ending == FALLBACK_FORMAT
    )


def make_missing(image: Image, specs: Iterable[Spec]) -> int:
    """Make the renditions that are not stored yet, small ones first, and return how many were made.

    It is idempotent, and two processes may run it at once. Raise GonePictureError if the image is removed meanwhile.
    """
    made = 0
    by_part: dict[int, list[Spec]] = {}
    for spec in specs:
        if not store.find_path(image, str(spec)):
            by_part.setdefault(intermediates.reduction_factor(image, spec), []).append(spec)
    for part in sorted(by_part, reverse=True):
        picture = intermediates.open_intermediate(image, part=part)
        for spec in by_part[part]:
            if not store.find_path(image, str(spec)):  # others may have made it meanwhile
                store.store_rendition(image, str(spec), _made(image, picture, spec))
                made += 1
    return made


def _first(image: Image, spec: Spec) -> bytes:
    """Return a rendition for which a request waits. One process makes it, and the others wait for that a moment."""
    name = str(spec)
    if (kept := store.read_rendition(image, name)) is not None:
        return kept
    place = rate_limits.acquire_slot(f"rendition:{image.uid}:{name}", 1, seconds=LOCK_SECONDS)
    try:
        if place is None and (kept := _awaited(image, name)) is not None:
            return kept
        return _made_now(image, spec)
    finally:
        if place is not None:
            rate_limits.release_slot(place)


def _awaited(image: Image, name: str) -> bytes | None:
    until = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < until:
        time.sleep(_LOOK_AGAIN)
        if (kept := store.read_rendition(image, name)) is not None:
            return kept
    return None


def _made_now(image: Image, spec: Spec) -> bytes:
    if (kept := store.read_rendition(image, str(spec))) is not None:  # made after the first check
        return kept
    part = intermediates.reduction_factor(image, spec)
    with normalize.RENDITION_LOCK:
        made = _made(image, intermediates.open_intermediate(image, part=part), spec)
    store.store_rendition(image, str(spec), made)
    return made.data


def _made(image: Image, picture: PIL.Image.Image, spec: Spec) -> encode.Encoded:
    return encode.encode_rendition(
        picture,
        width=spec.width,
        ratio=SHAPES[spec.shape],
        focus=spec.focus or (50, 50),
        ending=spec.ending,
        whole=(image.width, image.height),
    )
