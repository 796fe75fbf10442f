"""The view that serves renditions: to everyone while the image is public, and always to desk users who may view it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from newsroom.db.outages import suppress_unwritable
from newsroom.http import rate_limits
from newsroom.http.clock import request_time
from newsroom.http.security_headers import CROSS_ORIGIN, RESOURCE_POLICY
from newsroom.media.models import Image
from newsroom.media.renditions.make import Content, get_or_make_content
from newsroom.media.renditions.specs import CONTENT_TYPES, Spec
from newsroom.media.renditions.store import ImageRemovedError
from newsroom.media.tasks import make_rendition
from newsroom.page_cache.cdn_headers import add_cdn_headers
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.responses import finish_response
from newsroom.task_queue import enqueue

# An image can cease to be public without being changed itself, so edges revalidate it soon.
EDGE_SECONDS = 60


@require_safe
def rendition(request: HttpRequest, uid: UUID, name: str) -> HttpResponseBase:
    """Return a rendition or, until it has been made, a fallback that is not cached.

    If the image is not public, the response is the same 404 as for an image that never existed, except for desk users
    who may view the image. Browsers revalidate a public rendition each time, and edges after ``EDGE_SECONDS``.
    """
    spec = Spec.parse(name)
    if spec is None:
        raise Http404
    image = Image.objects.public(request_time(request)).filter(uid=uid).first()
    is_public = image is not None
    if image is None and _may_see_all(request):
        image = Image.objects.filter(uid=uid).first()
    content = load_content(image, spec) if image else None
    if content is None:
        raise Http404
    response = image_response(content)
    if is_public:
        response[RESOURCE_POLICY] = CROSS_ORIGIN  # embedded stories, feed readers and search engines show it
    if not is_public or not content.is_final:
        return response
    return add_cdn_headers(finish_response(request, response), page_key("picture", uid), seconds=EDGE_SECONDS)


def _may_see_all(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_staff and request.user.has_perm("media.view_image")


REENQUEUE_SECONDS = 600  # seconds after which the task for a rendition that is still missing is enqueued again


def load_content(image: Image, spec: Spec) -> Content | None:
    """Return the content for a rendition, or None if there is none, or if the image or its original has been removed.

    If the content is a fallback, enqueue the task that makes the rendition, at most once in ``REENQUEUE_SECONDS``, and
    not while nothing can be written.
    """
    try:
        content = get_or_make_content(image, spec)
    except ImageRemovedError:
        return None
    if content is not None and not content.is_final:
        with suppress_unwritable():
            _enqueue_once(image, spec)
    return content


def _enqueue_once(image: Image, spec: Spec) -> None:
    """Enqueue the task that makes the rendition, unless a request has done so in the last ``REENQUEUE_SECONDS``."""
    slot = rate_limits.acquire_slot(f"rendition-asked:{image.uid}:{spec}", 1, seconds=REENQUEUE_SECONDS)
    if slot is None:
        return
    try:
        enqueue(make_rendition, str(image.uid), str(spec))
    except BaseException:
        rate_limits.release_slot(slot)  # Redis may accept writes while the database does not
        raise


def image_response(content: Content) -> HttpResponse:
    """Return the content as a response that must not be cached."""
    return HttpResponse(
        content.data,
        content_type=CONTENT_TYPES[content.ending],
        headers={"Cache-Control": "private, no-store"},
    )
