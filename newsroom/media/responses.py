"""Answers where another picture's turn was in the way."""

from django.http import HttpResponse

from newsroom.media.storing import RETRY_AFTER


def retry_later[Response: HttpResponse](response: Response) -> Response:
    """Return the response as a 503 that says when to try again."""
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
