"""Answers public addresses: the same bytes for everybody, known by a strong ETag, packed where that is welcome."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from newsroom.http.clock import request_time
from newsroom.http.problems import problem_document
from newsroom.page_cache.encoding import OF_THE_CONTENT, WORTH_PACKING, etag, wants_gzip
from newsroom.page_cache.store import gzip_body

CACHE_CONTROL = "public, max-age=0, must-revalidate"


class MovedError(Exception):
    """What was asked for is at another address, for good."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Link(NamedTuple):
    """A page of ours: its title and where it is."""

    title: str
    url: str


class WithdrawnError(Exception):
    """What was asked for was withdrawn at ``when``; ``notice`` are the editor's words.

    ``title`` is what it was called last, ``history`` where its history can be read, ``instead`` what to read now.
    """

    def __init__(
        self,
        notice: str,
        *,
        title: str,
        when: datetime,
        language: str,
        direction: str,
        history: str,
        instead: Link | None = None,
    ) -> None:
        super().__init__(notice)
        self.notice = notice
        self.title = title
        self.when = when
        self.language = language
        self.direction = direction
        self.history = history
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Whole:
    """All of an answer, whatever the request for it knew or could read; ``packed`` is None where nobody packed it."""

    status: int
    tag: str
    content: bytes
    packed: bytes | None


type Gone = Callable[[HttpRequest, WithdrawnError], HttpResponse]


def public_page[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` answer GET and HEAD as public pages do.

    A MovedError becomes 301, a WithdrawnError 410 with its notice. The ETag is strong, made from the content and
    different for each encoding (RFC 9110, 8.8.3).
    """
    return _public(view, gone=_gone_page)


def public_text[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` answer as ``public_page`` does, with notices in plain text: for what is read without a browser."""
    return _public(view, gone=_gone_text)


def public_data[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Make ``view`` answer as ``public_page`` does, with notices as problem documents (RFC 9457)."""
    return _public(view, gone=_gone_data)


def _public[**P](view: Callable[P, HttpResponse], *, gone: Gone) -> Callable[P, HttpResponseBase]:
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the request comes first
        except MovedError as moved:
            response = HttpResponsePermanentRedirect(moved.url)
        except WithdrawnError as withdrawn:
            response = gone(request, withdrawn)
        return settled(request, response)

    answer.is_public = True  # type: ignore[attr-defined]  # what stands ahead of Django asks for it
    return answer  # type: ignore[return-value]  # the same parameters, behind a request


def settled(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return ``response`` with its caching headers, packed where that is welcome.

    Its ETag is made from its content, unless the view knew a strong one beforehand. A picture is packed already.
    """
    response["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code not in (200, 404, 410):
        return response
    tag = response.headers.get("ETag", "").strip('"') or hashlib.sha256(response.content).hexdigest()[:32]
    content, ready = response.content, None
    is_packable = len(content) >= WORTH_PACKING and not response["Content-Type"].startswith("image/")
    is_packed = is_packable and wants_gzip(request.headers.get("Accept-Encoding", ""))
    if is_packed:
        response.content = ready = gzip_body(content)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = etag(tag, is_packed=is_packed)
    response.whole = Whole(response.status_code, tag, content, ready)  # type: ignore[attr-defined]  # read by whole_of
    return response


def whole_of(response: HttpResponseBase) -> Whole | None:
    """Return all of an answer that ``settled`` has settled; None of any other."""
    return getattr(response, "whole", None)


def as_asked(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return a settled answer that has all headers, or 304 or 412 in its place, as the request says under which condition.

    Only what was found depends on one: conditions say nothing where the answer without them is a failure (RFC 9110,
    13.2.1).
    """
    if response.status_code != 200:
        return response
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    if answer is None or answer is response:
        return response
    for name, value in response.headers.items():
        if name.lower() not in OF_THE_CONTENT:
            answer.headers.setdefault(name, value)
    return answer


def _gone_page(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    with translation.override(withdrawn.language):
        return render(request, "410.html", {"withdrawn": withdrawn, "at": request_time(request)}, status=410)


def _gone_text(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    with translation.override(withdrawn.language):
        content = f"{gettext('This page was withdrawn')}\n\n{withdrawn.notice}\n"
    return HttpResponse(content, status=410, content_type="text/plain; charset=utf-8")


def _gone_data(request: HttpRequest, withdrawn: WithdrawnError) -> HttpResponse:
    return problem_document(410, withdrawn.notice, withdrawn_at=withdrawn.when.isoformat(), language=withdrawn.language)
