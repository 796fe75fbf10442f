"""The public views of topics, at ``/topics/`` and below."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.http.clock import request_time
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import public_page
from topics.pages import TopicList, TopicPage


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """Show the first topics of each kind or, with ``?kind=``, those of one kind from the name in ``?from=`` on."""
    kind, start = request.GET.get("kind", ""), request.GET.get("from", "")
    page = TopicList.load(kind=kind, start=start, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "topics/topic_list.html", {"page": page})


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    before = request.GET.get("before", "")
    page = TopicPage.load(slug, before=before, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "topics/topic.html", {"page": page})
