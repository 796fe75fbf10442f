"""The icons of the site, its logo for search engines, and its manifest. The settings replace the mark and the name."""

import json
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from PIL import Image

from newsroom.media.processing import site_icons
from newsroom.media.processing.site_icons import IconShape, draw_icon, draw_logo, encode_ico, encode_png
from newsroom.page_cache.responses import public_page

# The colour of paper in both schemes (css/tokens.css).
LIGHT, DARK = "#fdfdfb", "#101317"
FOREVER = "public, max-age=31536000, immutable"
A_MONTH = "public, max-age=2592000"

_ICONS = {
    "favicon.ico": IconShape(32, margin=3 / 16, corners=0.16),  # bars of two whole pixels at 16
    "apple-touch-icon.png": IconShape(180, margin=0.22),
    "icon-192.png": IconShape(192, margin=0.2, corners=0.16),
    "icon-512.png": IconShape(512, margin=0.2, corners=0.16),
    "icon-maskable-512.png": IconShape(512, margin=0.28),
}
_TYPES = {".ico": "image/x-icon", ".png": "image/png", ".webmanifest": "application/manifest+json"}


def site_file(request: HttpRequest, file: str) -> HttpResponseBase:
    """Return an icon, the logo or the manifest.

    At an address with the present version, it is cached for a year, and for a month at one without.
    """
    response = _answer(request, file)
    if response.status_code in {200, 304}:
        response.headers["Cache-Control"] = FOREVER if request.GET.get("v") == _compute_version() else A_MONTH
    return response


@public_page
def _answer(request: HttpRequest, file: str) -> HttpResponse:
    """Return the file, or 304 if the client has it already."""
    response = HttpResponse(content_type=_TYPES[Path(file).suffix], headers={"ETag": f'"{_compute_version()}"'})
    if unchanged := get_conditional_response(request, etag=response["ETag"]):
        unchanged.headers["ETag"] = response["ETag"]
        return unchanged
    is_manifest = file.endswith(".webmanifest")
    response.content = _build_manifest() if is_manifest else _draw(file, settings.SITE_NAME, _read_mark())
    return response


def icon_url(name: str) -> str:
    """Return the address of the icon, logo or manifest with this URL name, with its version."""
    return f"{reverse(name)}?v={_compute_version()}"


def _compute_version() -> str:
    return _digest(settings.SITE_NAME, _read_mark())


@lru_cache(8)
def _digest(site: str, mark: bytes) -> str:
    return sha256(repr((site_icons.DRAWING_NUMBER, site, mark, LIGHT)).encode()).hexdigest()[:12]


def _read_mark() -> bytes:
    return _read_file(settings.SITE_MARK) if settings.SITE_MARK else b""


@lru_cache(2)
def _read_file(path: str) -> bytes:
    return Path(path).read_bytes()


# Drawing takes some ten milliseconds, and each process draws each file once.
@lru_cache(16)
def _draw(file: str, site: str, mark_bytes: bytes) -> bytes:
    mark = _open_mark(mark_bytes) if mark_bytes else None
    if file not in _ICONS:
        return encode_png(draw_logo(site, mark))
    encode: Callable[[Image.Image], bytes] = encode_ico if file.endswith(".ico") else encode_png
    return encode(draw_icon(_ICONS[file], mark))


def _open_mark(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as mark:
        return mark.convert("RGBA")


def _build_manifest() -> bytes:
    icons = [
        ("icon_192", "192x192", "any"),
        ("icon_512", "512x512", "any"),
        ("icon_maskable", "512x512", "maskable"),
    ]
    manifest = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "lang": settings.SITE_LANGUAGES[0],
        "start_url": "/",
        "display": "browser",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "icons": [
            {"src": icon_url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode()
