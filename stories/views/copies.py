"""Answers ``/stories/<slug>.json``, ``.md`` and ``.txt``, and the same of questions."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_data, public_text
from stories.documents.export import to_json, to_markdown
from stories.reading.as_text import as_text
from stories.reading.copies import COPIES, PublicCopy, public_copy

WRITERS: dict[str, Callable[[PublicCopy], str]] = {
    "txt": as_text,
    "md": lambda copy: to_markdown(copy.document),
    "json": lambda copy: to_json(copy.document),
}


@public_text
def text_copy(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Answer with the page as text or Markdown."""
    return _copy(request, slug, kind=kind, ending=ending)


@public_data
def data_copy(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Answer with the document of the page as JSON."""
    return _copy(request, slug, kind=kind, ending="json")


def _copy(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Return what the page shows now; search engines and programs are led to the page (RFC 6596)."""
    copy = public_copy(kind, slug, ending=ending, guard=guard_of(request))
    headers = {"X-Robots-Tag": "noindex", "Link": f'<{copy.url}>; rel="canonical"'}
    content_type = f"{COPIES[ending][1]}; charset=utf-8"
    return HttpResponse(WRITERS[ending](copy), content_type=content_type, headers=headers)
