"""Views of copies of a page: text, Markdown and JSON, the embed with its oEmbed response, and the share image."""

from collections.abc import Callable
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
from newsroom.media.images import BusyError
from newsroom.media.processing import share_card
from newsroom.media.responses import as_retry_later
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import MovedError, WithdrawnError, public_data, public_page, public_text
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
    return _build_copy_response(request, slug, kind=kind, ending=ending)


@public_data
def data_copy(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Return the document of the page as JSON."""
    return _build_copy_response(request, slug, kind=kind, ending="json")


def _build_copy_response(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Return a copy of the live page. Its canonical URL (RFC 6596) is the URL of the page."""
    copy = get_public_copy(kind, slug, ending=ending, dependencies=get_dependencies(request))
    headers = {"X-Robots-Tag": "noindex", "Link": f'<{copy.url}>; rel="canonical"'}
    content_type = f"{COPIES[ending][1]}; charset=utf-8"
    return HttpResponse(WRITERS[ending](copy), content_type=content_type, headers=headers)


# The sizes of the frame: the first that ``maxwidth`` allows, and the last, cut, if it allows none.
SIZES = ((600, 520), (320, 640))
OEMBED_CACHE_AGE = 60 * 60  # the number of seconds for which a consumer may cache an oEmbed response


@csp_override({**settings.SECURE_CSP, "frame-ancestors": ["*"]})
@xframe_options_exempt
@public_page
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the embed of a story or the notice of a withdrawn one, which any other site may show in a frame.

    Search engines do not index the embed, because ``X-Robots-Tag`` is ``noindex``.
    """
    try:
        page = Embed.load(slug, dependencies=get_dependencies(request))
    except WithdrawnError as withdrawn:
        with translation.override(withdrawn.language):
            response = render(request, "public/embed_withdrawn.html", {"withdrawn": withdrawn}, status=410)
    else:
        with translation.override(page.edition.language):
            response = render(request, "public/embed.html", {"page": page, "edition": page.edition})
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """Return the oEmbed response for the story at ``?url=``, within ``maxwidth`` and ``maxheight``.

    The status is 400 without a URL, and 501 for a format other than JSON. It is 404 unless the URL belongs to a live
    story of this site.
    """
    if request.GET.get("format", "json") != "json":
        return _error_response("Only JSON is available.", 501)
    if not (url := request.GET.get("url", "")):
        return _error_response("Add the address of the page as ?url=", 400)
    story_embed = Embed.from_url(url, at=request_time(request))
    max_width, max_height = _parse_size(request, "maxwidth"), _parse_size(request, "maxheight")
    size = next((size for size in SIZES if size[0] <= max_width), SIZES[-1])
    width, height = min(size[0], max_width), min(size[1], max_height)
    embed_url = f"{settings.SITE_URL}{reverse('story_embed', args=[story_embed.edition.slug])}"
    data = {
        "version": "1.0",
        "type": "rich",
        "title": story_embed.edition.title,
        "author_name": story_embed.byline,
        "provider_name": settings.SITE_NAME,
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": OEMBED_CACHE_AGE,
        "html": format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0"></iframe>',
            embed_url, width, height, story_embed.edition.title,
        ),
        "width": width,
        "height": height,
    }  # fmt: skip
    if max_width >= share_card.WIDTH and max_height >= share_card.HEIGHT:  # the limits apply to a thumbnail as well
        thumbnail_url = f"{settings.SITE_URL}{story_embed.share_image.url}"
        data |= {
            "thumbnail_url": thumbnail_url,
            "thumbnail_width": share_card.WIDTH,
            "thumbnail_height": share_card.HEIGHT,
        }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _parse_size(request: HttpRequest, name: str) -> int:
    """Return the requested size in pixels, or a value larger than any size if it is missing or not a number."""
    number = parse_number(request.GET.get(name, ""), digits=5)
    return 100_000 if number is None else max(1, number)


def _error_response(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


@public_page
def share_image(request: HttpRequest, uid: UUID, file: str) -> HttpResponse:
    """Return the share image of a public work, topic or outlet. An outdated address redirects to the current image."""
    return _serve_share_image(request, ShareImage.load(uid, at=request_time(request)), file)


@public_page
def list_share_image(request: HttpRequest, language: str, name: str, file: str) -> HttpResponse:
    """Return the share image of a list, or of the site."""
    return _serve_share_image(request, ShareImage.load_list(language, name), file)


def _serve_share_image(request: HttpRequest, picture: ShareImage, file: str) -> HttpResponse:
    """Return the image if its file has this name, and redirect to it otherwise.

    The name of the file contains a digest of the content, which is used as its ETag. So a conditional request can be
    answered without drawing the image. The response is a 503 while the process makes other images.
    """
    if file != picture.file:
        raise MovedError(picture.url)
    response = HttpResponse(content_type=share_card.CONTENT_TYPE, headers={"ETag": f'"{picture.card.digest}"'})
    if unchanged := get_conditional_response(request, etag=response["ETag"]):
        unchanged["ETag"] = response["ETag"]
        return unchanged
    try:
        response.content = picture.draw()
    except BusyError as error:
        return as_retry_later(HttpResponse(str(error), content_type="text/plain; charset=utf-8"))
    return response
