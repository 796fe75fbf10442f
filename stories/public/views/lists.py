"""Views of the front page, the lists of corrections and outlets, the pages of outlets and authors, and search."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from newsroom.http.clock import request_time
from newsroom.page_cache.dependencies import SITE, SUBJECTS, get_dependencies
from newsroom.page_cache.responses import public_page
from stories.public.pages.authors import AuthorPage
from stories.public.pages.forecasts import ForecastFilter, ForecastList
from stories.public.pages.history.corrections import CorrectionList
from stories.public.pages.lists.feeds import FeedList
from stories.public.pages.lists.front import FrontPage
from stories.public.pages.outlets.list import OutletList
from stories.public.pages.outlets.outlet import OutletPage
from stories.public.pages.search import SearchAdvice, SearchPage, SearchParameters, count_sections, find_suggestions


@public_page
def front(request: HttpRequest) -> HttpResponse:
    page = FrontPage.load(at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/front.html", {"page": page})


@public_page
def author(request: HttpRequest, slug: str) -> HttpResponse:
    before = request.GET.get("before", "")
    page = AuthorPage.load(slug, before=before, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/author.html", {"page": page})


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List the corrections to all pages, newest first."""
    before = request.GET.get("before", "")
    page = CorrectionList.load(before=before, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/corrections.html", {"page": page})


@public_page
def forecasts(request: HttpRequest) -> HttpResponse:
    """List the forecasts that are due next and those decided last, of all speakers or of the one in ``?who=``."""
    chosen = ForecastFilter.parse(request.GET)
    page = ForecastList.load(chosen, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/forecast_list.html", {"page": page})


@public_page
def feeds(request: HttpRequest) -> HttpResponse:
    """List the feeds of the site."""
    page = FeedList.load(at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/feeds.html", {"page": page})


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show the results for ``?q=``. If a parameter is invalid, the status is 400 and there are no results."""
    get_dependencies(request).read_versions([SITE, SUBJECTS])
    at = request_time(request)
    page = SearchPage.load(SearchParameters.parse(request.GET.dict()), at=at)
    advice = SearchAdvice.load(page, at=at, dependencies=get_dependencies(request))
    context = {"page": page, "advice": advice}
    return render(request, "public/search.html", context, status=400 if page.parameters.invalid else 200)


@public_page
def section_counts(request: HttpRequest) -> HttpResponse:
    """Return the choices of “Section of a story” for a search as JSON: for each value, its name with its number of results.

    If a parameter is invalid, the status is 400 and there are none.
    """
    choices = count_sections(SearchParameters.parse(request.GET.dict()), at=request_time(request))
    return JsonResponse({"choices": choices or {}}, status=400 if choices is None else 200)


@public_page
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return suggestions for ``?q=`` as JSON, with a phrase that gives their number."""
    matches = find_suggestions(request.GET.get("q", ""), at=request_time(request))
    announcement = ngettext("{number} suggestion", "{number} suggestions", len(matches)).format(number=len(matches))
    return JsonResponse({"said": announcement, "suggestions": [asdict(each) for each in matches]})


@public_page
def outlets(request: HttpRequest) -> HttpResponse:
    """List the outlets of every kind, or of the kind in ``?kind=`` from the name in ``?from=`` on."""
    kind, start = request.GET.get("kind", ""), request.GET.get("from", "")
    page = OutletList.load(kind=kind, start=start, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/outlet_list.html", {"page": page})


@public_page
def outlet(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an outlet: its description, and the stories that name it, with its reports."""
    before = request.GET.get("before", "")
    page = OutletPage.load(slug, before=before, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/outlet.html", {"page": page})
