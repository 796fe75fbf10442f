"""Answers ``/search/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.reading.search import SearchPage


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found for ``?q=``."""
    page = SearchPage.load(request.GET.get("q", ""), before=request.GET.get("before", ""), at=moment_of(request))
    return render(request, "stories/search.html", {"page": page})
