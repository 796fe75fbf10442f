"""Answers ``/search/`` and what the search field asks while somebody types."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from newsroom.http.clock import moment_of
from newsroom.page_cache.dependencies import SITE, guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.search import Asked, SearchPage, suggestions_for


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found for ``?q=``; where a filter cannot be read it says which, with 400."""
    guard_of(request).on([SITE])
    page = SearchPage.load(Asked.read(request.GET.dict()), at=moment_of(request))
    return render(request, "stories/search.html", {"page": page}, status=400 if page.asked.wrong else 200)


@public_page
def suggestions(request: HttpRequest) -> HttpResponse:
    """Say as JSON what somebody may be about to type who has typed ``?q=``, and how many suggestions these are."""
    found = suggestions_for(request.GET.get("q", ""), at=moment_of(request))
    said = ngettext("{number} suggestion", "{number} suggestions", len(found)).format(number=len(found))
    return JsonResponse({"said": said, "suggestions": [asdict(each) for each in found]})
