"""Answers ``/topics/`` and what lies under it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.clock import moment_of
from newsroom.pages.answering import public_page
from topics.reading import TopicList, TopicPage


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """List the topics by what they are."""
    return render(request, "topics/topic_list.html", {"page": TopicList.load(at=moment_of(request))})


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic with its stories and questions."""
    page = TopicPage.load(slug, before=request.GET.get("before", ""), at=moment_of(request))
    return render(request, "topics/topic.html", {"page": page})
