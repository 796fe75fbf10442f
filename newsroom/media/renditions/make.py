"""Makes renditions: at once the format that every browser reads, the others when nobody waits."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import PIL.Image

from newsroom.http import rate_limits
from newsroom.media.models import Image
from newsroom.media.processing import encode, normalize
from newsroom.media.renditions import intermediates, store
from newsroom.media.renditions.specs import SHAPES, Spec, is_served

FIRST = "jpg"  # made while somebody waits: in a hundredth of the time of an AVIF of the same width
MAKING = 30  # seconds after which somebody who began to make a rendition is taken for dead
PATIENCE = 5.0  # seconds that others wait for what one is making
_LOOK_AGAIN = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Content:
    """What a request for a rendition is answered; ``is_final`` says whether that is the rendition itself."""

    data: bytes
    ending: str
    is_final: bool = True


def content_of(image: Image, spec: Spec) -> Content | None:
    """Return what is shown under the name of a rendition; None where the name is none of ours.

    An AVIF or WebP that is not made yet is stood in for by the JPEG of the same crop and width, which is made now if
    need be. What was named while the focal point lay elsewhere is found, and made, as before: pages kept elsewhere stay
    whole. A file that was lost is made again: renditions need no backup.
    """
    kept = store.read(image, str(spec))
    if kept is not None:
        return Content(kept, spec.ending)
    if not is_served(image, spec):
        return None
    return Content(_first(image, replace(spec, ending=FIRST)), FIRST, is_final=spec.ending == FIRST)


def make_missing(image: Image, specs: Iterable[Spec]) -> int:
    """Make those renditions that are not kept yet, the small ones first; return how many were made.

    Safe to run again, and twice at once. Raises GonePictureError when the picture is removed meanwhile.
    """
    made = 0
    by_part: dict[int, list[Spec]] = {}
    for spec in specs:
        if not store.kept(image, str(spec)):
            by_part.setdefault(intermediates.part_of(image, spec), []).append(spec)
    for part in sorted(by_part, reverse=True):
        picture = intermediates.opened(image, part=part)
        for spec in by_part[part]:
            if not store.kept(image, str(spec)):  # others make some meanwhile
                store.keep(image, str(spec), _made(image, picture, spec))
                made += 1
    return made


def _first(image: Image, spec: Spec) -> bytes:
    """Return a rendition that somebody waits for. One process makes it, others wait for that a moment."""
    name = str(spec)
    if (kept := store.read(image, name)) is not None:
        return kept
    place = rate_limits.acquire(f"rendition:{image.uid}:{name}", 1, seconds=MAKING)
    try:
        if place is None and (kept := _awaited(image, name)) is not None:
            return kept
        return _made_now(image, spec)
    finally:
        if place is not None:
            rate_limits.release(place)


def _awaited(image: Image, name: str) -> bytes | None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(_LOOK_AGAIN)
        if (kept := store.read(image, name)) is not None:
            return kept
    return None


def _made_now(image: Image, spec: Spec) -> bytes:
    if (kept := store.read(image, str(spec))) is not None:  # made between the first look and our turn
        return kept
    part = intermediates.part_of(image, spec)
    with normalize.SMALL:
        made = _made(image, intermediates.opened(image, part=part), spec)
    store.keep(image, str(spec), made)
    return made.data


def _made(image: Image, picture: PIL.Image.Image, spec: Spec) -> encode.Encoded:
    return encode.rendition(
        picture,
        width=spec.width,
        ratio=SHAPES[spec.shape],
        focus=spec.focus or (50, 50),
        ending=spec.ending,
        whole=(image.width, image.height),
    )
