"""Answers ``/corrections/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.http.clock import moment_of
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.corrections import CorrectionList


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was put right, on all pages, newest first."""
    before = request.GET.get("before", "")
    page = CorrectionList.load(before=before, at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/corrections.html", {"page": page})
