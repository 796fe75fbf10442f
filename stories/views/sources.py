"""Answers ``/sources/`` and what lies under it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.http.clock import moment_of
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.outlet import OutletPage
from stories.reading.outlet_list import OutletList


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    """List the outlets that the stories compare, of every kind or of ``?kind=`` from the name in ``?from=`` on."""
    asked = request.GET
    kind, start = asked.get("kind", ""), asked.get("from", "")
    page = OutletList.load(kind=kind, start=start, at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/outlet_list.html", {"page": page})


@public_page
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one outlet: what it is, and what it said in which story."""
    before = request.GET.get("before", "")
    page = OutletPage.load(slug, before=before, at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/outlet.html", {"page": page})
