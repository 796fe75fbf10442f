"""The response to an upload that arrived while another image was being decoded."""

from django.http import HttpResponse

from newsroom.media.images import RETRY_AFTER


def as_retry_later[Response: HttpResponse](response: Response) -> Response:
    """Return ``response`` as a 503 with ``Retry-After`` (RFC 9110, 10.2.3)."""
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
