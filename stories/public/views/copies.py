"""Views of copies of a page: text, Markdown and JSON, the embed and its oEmbed answer, and the share image."""

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from newsroom.http.clock import request_time
from newsroom.http.converters import parse_number
from newsroom.media.processing import share_card
from newsroom.media.processing.share_card import ShareCard, draw_card
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import MovedError, public_data, public_page, public_text
from stories.documents.export import to_json, to_markdown
from stories.public.pages.copies.documents import COPIES, PublicCopy, get_public_copy
from stories.public.pages.copies.embed import Embed
from stories.public.pages.copies.plain_text import render_text
from stories.public.pages.copies.share_image import ShareImage

WRITERS: dict[str, Callable[[PublicCopy], str]] = {
    "txt": render_text,
    "md": lambda copy: to_markdown(copy.document),
    "json": lambda copy: to_json(copy.document),
}


@public_text
def text_copy(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Return the page as plain text or Markdown."""
    return _copy(request, slug, kind=kind, ending=ending)


@public_data
def data_copy(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Return the document of the page as JSON."""
    return _copy(request, slug, kind=kind, ending="json")


def _copy(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Return a copy of the live page, with the page as its canonical address (RFC 6596)."""
    copy = get_public_copy(kind, slug, ending=ending, dependencies=get_dependencies(request))
    headers = {"X-Robots-Tag": "noindex", "Link": f'<{copy.url}>; rel="canonical"'}
    content_type = f"{COPIES[ending][1]}; charset=utf-8"
    return HttpResponse(WRITERS[ending](copy), content_type=content_type, headers=headers)


WIDTH, HEIGHT = 600, 320
KEEP = 60 * 60  # seconds for which a consumer may cache an oEmbed answer


@csp_override({**settings.SECURE_CSP, "frame-ancestors": ["*"]})
@xframe_options_exempt
@public_page
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a story in a few lines, which any other site may frame.

    Search engines do not index it: ``X-Robots-Tag`` is ``noindex``.
    """
    page = Embed.load(slug, dependencies=get_dependencies(request))
    with translation.override(page.edition.language):
        response = render(request, "public/embed.html", {"page": page})
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """Return the oEmbed answer for the story at ``?url=``, within ``maxwidth`` and ``maxheight``.

    Answer 400 without an address, 501 for a format other than JSON, and 404 for anything but a live story of this site.
    """
    if request.GET.get("format", "json") != "json":
        return _refused("This is answered as JSON only.", 501)
    if not (url := request.GET.get("url", "")):
        return _refused("Say which page: ?url=", 400)
    shown = Embed.from_url(url, at=request_time(request))
    most_wide, most_high = _number(request, "maxwidth"), _number(request, "maxheight")
    width, height = min(WIDTH, most_wide), min(HEIGHT, most_high)
    address = f"{settings.SITE_URL}{reverse('story_embed', args=[shown.edition.slug])}"
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": shown.edition.title,
        "author_name": shown.byline,
        "provider_name": settings.SITE_NAME,
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": KEEP,
        "html": format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0"></iframe>',
            address, width, height, shown.edition.title,
        ),
        "width": width,
        "height": height,
    }  # fmt: skip
    if most_wide >= share_card.WIDTH and most_high >= share_card.HEIGHT:  # the limits apply to a thumbnail as well
        picture = f"{settings.SITE_URL}{shown.picture.url}"
        answer |= {"thumbnail_url": picture, "thumbnail_width": share_card.WIDTH, "thumbnail_height": share_card.HEIGHT}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _number(request: HttpRequest, name: str) -> int:
    """Return the requested size in pixels; if it is missing or no number, a value larger than any size."""
    number = parse_number(request.GET.get(name, ""), digits=5)
    return 100_000 if number is None else max(1, number)


def _refused(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


KEPT = 64  # images of some 20 KB each, in each process: many readers fetch the image of a shared page at once


@public_page
def share_image(request: HttpRequest, uid: UUID, digest: str) -> HttpResponse:
    """Return the share image of a live page; an outdated address redirects to the current image.

    The digest identifies what is drawn and serves as ETag. A conditional request is therefore answered before drawing.
    """
    picture = ShareImage.load(uid, at=request_time(request))
    if digest != picture.card.digest:
        raise MovedError(picture.url)
    response = HttpResponse(content_type="image/png", headers={"ETag": f'"{digest}"'})
    if unchanged := get_conditional_response(request, etag=response["ETag"]):
        unchanged["ETag"] = response["ETag"]
        return unchanged
    response.content = _drawn(picture.card)
    return response


@lru_cache(KEPT)
def _drawn(card: ShareCard) -> bytes:
    return draw_card(card)
