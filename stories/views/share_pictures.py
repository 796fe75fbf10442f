"""Answers ``/share/<uid>/<digest>.png``: the picture that goes along when a page is shared."""

from functools import lru_cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from newsroom.http.clock import moment_of
from newsroom.media.processing.share_card import Card, draw
from newsroom.page_cache.responses import MovedError, public_page
from stories.reading.share_pictures import SharePicture

KEPT = 64  # pictures, some 20 KB each, in each process: a page that is shared is asked for by many at once


@public_page
def share_picture(request: HttpRequest, uid: UUID, digest: str) -> HttpResponse:
    """Answer with the picture of a page, while it can be read; what it showed before leads to what it shows now.

    The digest says what is drawn, so whoever has it is answered before anything is.
    """
    picture = SharePicture.load(uid, at=moment_of(request))
    if digest != picture.card.digest:
        raise MovedError(picture.url)
    response = HttpResponse(content_type="image/png", headers={"ETag": f'"{digest}"'})
    if unchanged := get_conditional_response(request, etag=response["ETag"]):
        unchanged["ETag"] = response["ETag"]
        return unchanged
    response.content = _drawn(picture.card)
    return response


@lru_cache(KEPT)
def _drawn(card: Card) -> bytes:
    return draw(card)
