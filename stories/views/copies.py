"""Answers ``/stories/<slug>.json``, ``.md`` and ``.txt``, and the same of questions."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.documents import AnyDocument
from stories.exporting import to_json, to_markdown, to_text
from stories.reading.copies import COPIES, public_document

WRITERS: dict[str, Callable[[AnyDocument], str]] = {"txt": to_text, "md": to_markdown, "json": to_json}


@public_page
def text_copy(request: HttpRequest, slug: str, *, kind: str, ending: str) -> HttpResponse:
    """Answer with the document that the page shows now; search engines are led to the page."""
    document = public_document(kind, slug, ending=ending, at=moment_of(request))
    content_type = f"{COPIES[ending][1]}; charset=utf-8"
    return HttpResponse(WRITERS[ending](document), content_type=content_type, headers={"X-Robots-Tag": "noindex"})
