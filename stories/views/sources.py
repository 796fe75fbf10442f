"""Answers ``/sources/`` and what lies under it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from stories.reading.outlet import OutletPage
from stories.reading.outlet_list import OutletList


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    """List the outlets that the stories compare, of every kind or of ``?kind=`` from the name in ``?from=`` on."""
    asked = request.GET
    page = OutletList.load(kind=asked.get("kind", ""), start=asked.get("from", ""), at=moment_of(request))
    return render(request, "stories/outlet_list.html", {"page": page})


@public_page
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one outlet: what it is, and what it said in which story."""
    page = OutletPage.load(slug, before=request.GET.get("before", ""), at=moment_of(request))
    return render(request, "stories/outlet.html", {"page": page})
