"""Responses about images: the data of one, and that an upload arrived while another image was being decoded."""

from django.http import HttpResponse
from django.utils.timezone import localdate

from newsroom.media.forms import THUMBNAIL_WIDTH, display_name
from newsroom.media.images import RETRY_AFTER, short_name_from_title
from newsroom.media.licences import has_expired
from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import rendition_url, smallest_spec


def describe_image(image: Image) -> dict[str, object]:
    """Return what a dialog shows and fills in when this image is chosen."""
    width, height = scale_to_width((image.width, image.height), width=THUMBNAIL_WIDTH)
    is_expired = has_expired(image.licence, on=localdate())
    return {
        "uid": str(image.uid),
        "name": display_name(image),
        "title": image.title,
        "short_name": short_name_from_title(image.title),
        "alt": image.alt,
        "credit": image.credit,
        "licence": image.licence,
        "warning": f"The licence has expired: {image.licence}" if is_expired else "",
        "address": rendition_url(image, smallest_spec(image)),
        "width": width,
        "height": height,
        "focal_x": image.focal_x,
        "focal_y": image.focal_y,
    }


def as_retry_later[Response: HttpResponse](response: Response) -> Response:
    """Return ``response`` as a 503 with ``Retry-After`` (RFC 9110, 10.2.3)."""
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
