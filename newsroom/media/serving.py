"""What is sent for a rendition: its bytes, or while the worker makes it others that may be shown in their place."""

from django.http import HttpResponse

from newsroom.http import rate_limits
from newsroom.media.keeping import GonePictureError
from newsroom.media.models import Image
from newsroom.media.renditions import Content, content_of
from newsroom.media.specs import CONTENT_TYPES, Spec
from newsroom.media.tasks import make_rendition
from newsroom.task_queue import enqueue

ASKED_AGAIN = 600  # seconds after which the worker is asked again for what it has not made


def content_for(image: Image, spec: Spec) -> Content | None:
    """Return what readers get for a rendition, None for nothing; the worker is asked for what is stood in for."""
    try:
        content = content_of(image, spec)
    except GonePictureError:
        return None
    if content is not None and not content.is_final and _is_first_to_ask(image, spec):
        enqueue(make_rendition, str(image.uid), str(spec))
    return content


def _is_first_to_ask(image: Image, spec: Spec) -> bool:
    return rate_limits.take(f"rendition-asked:{image.uid}:{spec}", 1, seconds=ASKED_AGAIN) is not None


def response_with(content: Content) -> HttpResponse:
    """Return an answer of these bytes that nobody keeps: what may be kept, its view says."""
    return HttpResponse(
        content.data,
        content_type=CONTENT_TYPES[content.ending],
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
