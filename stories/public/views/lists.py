"""Answers ``/``."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from newsroom.http.clock import request_time
from newsroom.page_cache.dependencies import SITE, dependencies_of
from newsroom.page_cache.responses import public_page
from stories.public.pages.history.corrections import CorrectionList
from stories.public.pages.lists.front import FrontPage
from stories.public.pages.outlets.list import OutletList
from stories.public.pages.outlets.outlet import OutletPage
from stories.public.pages.search import Asked, SearchPage, suggestions_for


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    page = FrontPage.load(at=request_time(request), dependencies=dependencies_of(request))
    return render(request, "public/front.html", {"page": page})


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was put right, on all pages, newest first."""
    before = request.GET.get("before", "")
    page = CorrectionList.load(before=before, at=request_time(request), dependencies=dependencies_of(request))
    return render(request, "public/corrections.html", {"page": page})


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found for ``?q=``; where a filter cannot be read it says which, with 400."""
    dependencies_of(request).depends_on([SITE])
    page = SearchPage.load(Asked.read(request.GET.dict()), at=request_time(request))
    return render(request, "public/search.html", {"page": page}, status=400 if page.asked.wrong else 200)


@public_page
def suggestions(request: HttpRequest) -> HttpResponse:
    """Say as JSON what somebody may be about to type who has typed ``?q=``, and how many suggestions these are."""
    found = suggestions_for(request.GET.get("q", ""), at=request_time(request))
    said = ngettext("{number} suggestion", "{number} suggestions", len(found)).format(number=len(found))
    return JsonResponse({"said": said, "suggestions": [asdict(each) for each in found]})


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    """List the outlets that the stories compare, of every kind or of ``?kind=`` from the name in ``?from=`` on."""
    asked = request.GET
    kind, start = asked.get("kind", ""), asked.get("from", "")
    page = OutletList.load(kind=kind, start=start, at=request_time(request), dependencies=dependencies_of(request))
    return render(request, "public/outlet_list.html", {"page": page})


@public_page
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one outlet: what it is, and what it said in which story."""
    before = request.GET.get("before", "")
    page = OutletPage.load(slug, before=before, at=request_time(request), dependencies=dependencies_of(request))
    return render(request, "public/outlet.html", {"page": page})
