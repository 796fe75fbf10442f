"""Answers ``/oembed`` and ``/stories/<slug>/embed/``: how other sites show a story (oEmbed 1.0)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from newsroom.http.clock import moment_of
from newsroom.http.converters import number_in
from newsroom.media.processing import share_card
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.embeds import Embed

WIDTH, HEIGHT = 600, 320
KEEP = 60 * 60  # seconds for which others may show what they were told


@csp_override({**settings.SECURE_CSP, "frame-ancestors": ["*"]})
@xframe_options_exempt
@public_page
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a story in a few lines, which any other page may frame; search engines are led to its own."""
    page = Embed.load(slug, guard=guard_of(request))
    with translation.override(page.edition.language):
        response = render(request, "stories/embed.html", {"page": page})
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """Say how the story at ``?url=`` is embedded, no larger than ``maxwidth`` and ``maxheight``.

    Answers 400 without an address, 501 for another format than JSON and 404 for anything but a story of ours.
    """
    if request.GET.get("format", "json") != "json":
        return _refused("This is answered as JSON only.", 501)
    if not (url := request.GET.get("url", "")):
        return _refused("Say which page: ?url=", 400)
    shown = Embed.of_address(url, at=moment_of(request))
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
    if most_wide >= share_card.WIDTH and most_high >= share_card.HEIGHT:  # a thumbnail keeps to them too
        picture = f"{settings.SITE_URL}{shown.picture.url}"
        answer |= {"thumbnail_url": picture, "thumbnail_width": share_card.WIDTH, "thumbnail_height": share_card.HEIGHT}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _number(request: HttpRequest, name: str) -> int:
    """Return the size that was asked for; where none was, more than anything has."""
    number = number_in(request.GET.get(name, ""), digits=5)
    return 100_000 if number is None else max(1, number)


def _refused(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
