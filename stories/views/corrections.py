"""Answers ``/corrections/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.reading.corrections import CorrectionList


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was put right, on all pages, newest first."""
    page = CorrectionList.load(before=request.GET.get("before", ""), at=moment_of(request))
    return render(request, "stories/corrections.html", {"page": page})
