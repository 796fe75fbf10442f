"""Responses of public pages: the same bytes for everyone, with a strong ETag, compressed if the client accepts gzip."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from newsroom.http.clock import request_time
from newsroom.http.problems import problem_document
from newsroom.page_cache.encoding import CONTENT_HEADERS, MIN_COMPRESSED_SIZE, accepts_gzip, format_etag
from newsroom.page_cache.store import gzip_body

CACHE_CONTROL = "public, max-age=0, must-revalidate"


class MovedError(Exception):
    """Raised if the requested page has moved permanently to another address."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class WithdrawnError(Exception):
    """Raised if the requested page has been withdrawn.

    ``published_at`` is the time of its first publication, ``when`` that of the withdrawal, and ``notice`` the editor's
    explanation. ``title`` is the last title of the page, or "" if editors hide it. ``history`` is the address of its
    history. The template of notices shows ``instead``, a page to read instead, and ``corrections`` to the page.
    """

    def __init__(
        self,
        notice: str,
        *,
        title: str,
        published_at: datetime,
        when: datetime,
        language: str,
        direction: str,
        history: str,
        instead: object | None,
        corrections: Sequence[object],
    ) -> None:
        super().__init__(notice)
        self.notice = notice
        self.title = title
        self.published_at = published_at
        self.when = when
        self.language = language
        self.direction = direction
        self.history = history
        self.instead = instead
        self.corrections = corrections

    @property
    def heading(self) -> str:
        """The heading of the notice in the active language, which says that the page was withdrawn."""
        return gettext("Withdrawn: %(title)s") % {"title": self.title} if self.title else gettext("Withdrawn page")


@dataclass(frozen=True, slots=True)
class CompleteResponse:
    """A complete response, regardless of the request's conditions and accepted encodings.

    ``gzipped`` is None if the content has not been compressed.
    """

    status: int
    tag: str
    content: bytes
    gzipped: bytes | None


type RenderNotice = Callable[[HttpRequest, WithdrawnError], HttpResponse]


def public_page[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` a public page, which answers only GET and HEAD.

    MovedError becomes a 301, and WithdrawnError a 410 with its notice. The ETag is strong and different for each
    encoding (RFC 9110, 8.8.3). It is computed from the content, unless the view sets one.
    """
    return _make_public(view, render_notice=_render_notice_page)


def public_text[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` a public page, as ``public_page`` does, but with notices in plain text."""
    return _make_public(view, render_notice=_render_notice_text)


def public_data[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` a public page, as ``public_page`` does, but with notices as problem documents (RFC 9457)."""
    return _make_public(view, render_notice=_render_notice_data)


def _make_public[**P](view: Callable[P, HttpResponse], *, render_notice: RenderNotice) -> Callable[P, HttpResponseBase]:
    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the request comes first
        except MovedError as moved:
            response = HttpResponsePermanentRedirect(moved.url)
        except WithdrawnError as withdrawn:
            response = render_notice(request, withdrawn)
        return finish_response(request, response)

    return wrapper  # type: ignore[return-value]  # the same parameters, after a request


def _remove_indentation(html: bytes) -> bytes:
    """Return the page without blank lines and indentation, except in the elements in which white space counts."""
    return _INDENTATION.sub(lambda match: match[1] or b"\n", html)


# An element without an end tag lasts until the end, so each byte is read once, however many begin.
_INDENTATION = re.compile(rb"(<(pre|textarea)\b.*?(?:</\2>|\Z))|\n\s+", re.DOTALL)


def finish_response(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return ``response`` with caching headers.

    If its status is 200, 404 or 410, it also gets an ETag, and is compressed if the client accepts gzip, unless it is
    short or an image. The ETag is computed from the content, unless the view has set one, which must be strong. HTML
    loses its indentation.
    """
    response["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code not in (200, 404, 410):
        return response
    if response.headers.get("Content-Type", "").startswith("text/html"):
        response.content = _remove_indentation(response.content)
    tag = response.headers.get("ETag", "").strip('"') or hashlib.sha256(response.content).hexdigest()[:32]
    content, gzipped = response.content, None
    # Images are already compressed.
    is_compressible = len(content) >= MIN_COMPRESSED_SIZE and not response["Content-Type"].startswith("image/")
    is_compressed = is_compressible and accepts_gzip(request.headers.get("Accept-Encoding", ""))
    if is_compressed:
        response.content = gzipped = gzip_body(content)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = format_etag(tag, is_compressed=is_compressed)
    response.whole = CompleteResponse(response.status_code, tag, content, gzipped)  # type: ignore[attr-defined]  # read by get_complete_response
    return response


def get_complete_response(response: HttpResponseBase) -> CompleteResponse | None:
    """Return the complete response that ``finish_response`` attached to this response, or None if it attached none."""
    return getattr(response, "whole", None)


def apply_conditions(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return the response, or a 304 or 412 instead if the conditions of the request require it.

    ``response`` must come from ``finish_response`` and already have all of its headers.
    """
    # Conditions are ignored unless the response without them would be successful (RFC 9110, 13.2.1).
    if response.status_code != 200:
        return response
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    if conditional is None or conditional is response:
        return response
    for name, value in response.headers.items():
        if name.lower() not in CONTENT_HEADERS:
            conditional.headers.setdefault(name, value)
    return conditional


def _render_notice_page(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    with translation.override(withdrawn.language):
        return render(request, "410.html", {"withdrawn": withdrawn, "at": request_time(request)}, status=410)


def _render_notice_text(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    with translation.override(withdrawn.language):
        content = f"{withdrawn.heading}\n\n{withdrawn.notice}\n"
    return HttpResponse(content, status=410, content_type="text/plain; charset=utf-8")


def _render_notice_data(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    return problem_document(410, withdrawn.notice, withdrawn_at=withdrawn.when.isoformat(), language=withdrawn.language)
