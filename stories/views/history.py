"""Answers what lies under ``/stories/<slug>/history/`` and ``/questions/<slug>/history/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.reading.history import EditionPage, HistoryPage


@public_page
def history(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """List all public editions of a page, with the words around them in its language."""
    page = HistoryPage.load(kind, slug, at=moment_of(request))
    with translation.override(page.edition.language):
        return render(request, "stories/history.html", {"page": page})


@public_page
def edition(request: HttpRequest, slug: str, number: int, *, kind: str) -> HttpResponse:
    """Show an edition as it was, and what it changed; search engines are led to today's page only."""
    past = EditionPage.load(kind, slug, number, at=moment_of(request))
    with translation.override(past.page.edition.language):
        response = render(request, "stories/history_edition.html", {"past": past, "page": past.page})
    response["X-Robots-Tag"] = "noindex"
    return response
