"""Answers ``/topics/`` and what lies under it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from topics.reading import TopicList, TopicPage


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """List the topics from A to Z, of every kind or of ``?kind=`` from the name in ``?from=`` on."""
    asked = request.GET
    page = TopicList.load(kind=asked.get("kind", ""), start=asked.get("from", ""), at=moment_of(request))
    return render(request, "topics/topic_list.html", {"page": page})


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic with its stories and questions."""
    page = TopicPage.load(slug, before=request.GET.get("before", ""), at=moment_of(request))
    return render(request, "topics/topic.html", {"page": page})
