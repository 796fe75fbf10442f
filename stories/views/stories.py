"""Answers ``/stories/`` and what lies under it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from newsroom.http.clock import moment_of
from newsroom.http.languages import versions_of
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.archive import MonthPage
from stories.reading.explainer import ExplainerPage
from stories.reading.lists import StoryList


@public_page
def stories(request: HttpRequest) -> HttpResponse:
    """List the stories, the last updated first."""
    before = request.GET.get("before", "")
    page = StoryList.load(before=before, at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/story_list.html", {"page": page})


@public_page
def stories_of_month(request: HttpRequest, first_day: date) -> HttpResponse:
    """List the stories that were first published in one month, newest first."""
    before = request.GET.get("before", "")
    page = MonthPage.load(first_day, before=before, at=moment_of(request), guard=guard_of(request))
    # Whether there are any in another language is not asked: these links lead to all that there are.
    versions = versions_of(request, elsewhere=reverse("stories"))
    return render(request, "stories/month.html", {"page": page, "list_versions": versions})


@public_page
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one story, with the words around it in its own language."""
    page = ExplainerPage.load(slug, at=moment_of(request), guard=guard_of(request))
    with translation.override(page.edition.language):
        return render(request, "stories/explainer.html", {"page": page})
