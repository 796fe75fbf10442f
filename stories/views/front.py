"""Answers ``/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.http.clock import moment_of
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.front import FrontPage


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    page = FrontPage.load(at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/front.html", {"page": page})
