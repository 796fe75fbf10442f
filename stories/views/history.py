"""Answers what lies under ``/stories/<slug>/history/`` and ``/questions/<slug>/history/``, and ``…/changes/``."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from newsroom.http.clock import moment_of
from newsroom.page_cache.responses import public_page
from stories.reading.history import EditionPage, HistoryPage
from stories.reading.since import Since


@public_page
def history(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """List all public editions of a page, with the words around them in its language."""
    page = HistoryPage.load(kind, slug, at=moment_of(request), or_notice=True)
    with translation.override(page.edition.language):
        response = render(request, "stories/history.html", {"page": page})
    if page.is_withdrawn:
        response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def edition(request: HttpRequest, slug: str, number: int, *, kind: str) -> HttpResponse:
    """Show an edition as it was, and what it changed; search engines are led to today's page only."""
    past = EditionPage.load(kind, slug, number, at=moment_of(request))
    with translation.override(past.page.edition.language):
        response = render(request, "stories/history_edition.html", {"past": past, "page": past.page})
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Say as JSON what changed on a story since the edition numbered ``?from=``; the same for everybody who read it."""
    since = Since.load(slug, request.GET.get("from", ""), at=moment_of(request))
    return JsonResponse(since.body(), json_dumps_params={"ensure_ascii": False}, headers={"X-Robots-Tag": "noindex"})
