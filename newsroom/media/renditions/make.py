"""Make renditions: JPEGs during a request if necessary, other formats only in the background."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import PIL.Image

from newsroom.db.outages import suppress_unwritable
from newsroom.http import rate_limits
from newsroom.media.models import Image
from newsroom.media.processing import encode, normalize
from newsroom.media.renditions import intermediates, store
from newsroom.media.renditions.specs import SHAPES, Spec, is_served

FALLBACK_FORMAT = "jpg"  # fast enough to make during a request; an AVIF of the same width takes a hundred times as long
LOCK_SECONDS = 30  # seconds after which a process that is making a rendition is presumed dead
MAX_WAIT_SECONDS = 5.0  # seconds for which other requests wait for that process
_POLL_INTERVAL = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Content:
    """The content of the response for a rendition. ``is_final`` is False for a fallback."""

    data: bytes
    ending: str
    is_final: bool = True


def get_or_make_content(image: Image, spec: Spec) -> Content | None:
    """Return the content for a rendition, or None if it is not stored and no page requests it (see ``is_served``).

    If an AVIF or WebP has not been made yet, return the JPEG of the same crop and width instead. Make that JPEG first
    if necessary. A rendition whose file was lost is made again, so renditions need no backup. Raise ImageRemovedError
    if the image or the file of its original has been removed.
    """
    stored = store.read_rendition(image, str(spec))
    if stored is not None:
        return Content(stored, spec.ending)
    # Specs with an earlier focal point are also served, because cached copies of pages may still refer to them.
    if not is_served(image, spec):
        return None
    return Content(
        _make_once(image, replace(spec, ending=FALLBACK_FORMAT)),
        FALLBACK_FORMAT,
        is_final=spec.ending == FALLBACK_FORMAT,
    )


def make_missing(image: Image, specs: Iterable[Spec]) -> int:
    """Make the renditions that are not stored yet, small ones first, and return how many were made.

    This is idempotent, and two processes may run it at the same time. Raise ImageRemovedError if the image or
    the file of its original has been removed.
    """
    made = 0
    by_part: dict[int, list[Spec]] = {}
    for spec in specs:
        if not store.find_path(image, str(spec)):
            by_part.setdefault(intermediates.reduction_factor(image, spec), []).append(spec)
    for part in sorted(by_part, reverse=True):
        picture = intermediates.open_intermediate(image, part=part)
        for spec in by_part[part]:
            if not store.find_path(image, str(spec)):  # another process may have made it in the meantime
                store.store_rendition(image, str(spec), _encode(image, picture, spec))
                made += 1
    return made


def _make_once(image: Image, spec: Spec) -> bytes:
    """Return a rendition that a request needs.

    One process makes it. The others wait for the result for at most ``MAX_WAIT_SECONDS``, then make it themselves. If
    that process cannot store the result, as on a full disk, the next one makes it at once.
    """
    name = str(spec)
    until = time.monotonic() + MAX_WAIT_SECONDS
    while True:
        if (stored := store.read_rendition(image, name)) is not None:
            return stored
        slot = rate_limits.acquire_slot(f"rendition:{image.uid}:{name}", 1, seconds=LOCK_SECONDS)
        if slot is not None or time.monotonic() >= until:
            break
        time.sleep(_POLL_INTERVAL)
    try:
        return _make_and_store(image, spec)
    finally:
        if slot is not None:
            rate_limits.release_slot(slot)


def _make_and_store(image: Image, spec: Spec) -> bytes:
    if (stored := store.read_rendition(image, str(spec))) is not None:  # made after the first check
        return stored
    part = intermediates.reduction_factor(image, spec)
    with normalize.RENDITION_LOCK:
        made = _encode(image, intermediates.open_intermediate(image, part=part), spec)
    with suppress_unwritable():  # the next reader's request makes it again
        store.store_rendition(image, str(spec), made)
    return made.data


def _encode(image: Image, picture: PIL.Image.Image, spec: Spec) -> encode.Encoded:
    return encode.encode_rendition(
        picture,
        width=spec.width,
        ratio=SHAPES[spec.shape],
        focus=spec.focus or (50, 50),
        ending=spec.ending,
        whole=(image.width, image.height),
    )
