"""Views of stories and questions: lists, archive months, pages, histories, old editions and changes since a visit."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from newsroom.http.clock import request_time
from newsroom.http.languages import list_alternates
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import public_page
from stories.public.pages.history.editions import EditionPage, HistoryPage
from stories.public.pages.history.since_visit import ChangesSinceVisit
from stories.public.pages.lists.archive import MonthPage
from stories.public.pages.lists.questions import QuestionList
from stories.public.pages.lists.stories import StoryList
from stories.public.pages.open_questions import OpenQuestionList
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage

# What previews and old editions have in addition. It takes Django much longer to find that a variable is missing than
# that it is None.
_LIVE = {"discussion": None, "past_edition": None, "preview": None, "remembers": None}


@public_page
def stories(request: HttpRequest) -> HttpResponse:
    """List the stories, most recently updated first."""
    before = request.GET.get("before", "")
    page = StoryList.load(before=before, at=request_time(request), dependencies=get_dependencies(request))
    return render(request, "public/story_list.html", {"page": page})


@public_page
def stories_of_month(request: HttpRequest, first_day: date) -> HttpResponse:
    """List the stories first published in the given month, newest first."""
    before = request.GET.get("before", "")
    page = MonthPage.load(first_day, before=before, at=request_time(request), dependencies=get_dependencies(request))
    # The links to other languages lead to the list of stories, because it is not checked whether those languages have
    # stories from this month.
    versions = list_alternates(request, elsewhere=reverse("stories"))
    return render(request, "public/month.html", {"page": page, "list_versions": versions})


@public_page
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a story. The interface is in the story's language."""
    page = ExplainerPage.load(slug, at=request_time(request), dependencies=get_dependencies(request))
    with translation.override(page.edition.language):
        return render(request, "public/story.html", {"page": page, **_LIVE})


@public_page
def history(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """List all public editions and notices of a page. The interface is in the language of the page."""
    page = HistoryPage.load(kind, slug, at=request_time(request), or_notice=True)
    with translation.override(page.edition.language):
        response = render(request, "public/history.html", {"page": page})
    if page.is_withdrawn:
        response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def edition(request: HttpRequest, slug: str, number: int, *, kind: str) -> HttpResponse:
    """Show an edition as readers last saw it, and the changes that it made. Search engines do not index this page."""
    past = EditionPage.load(kind, slug, number, at=request_time(request))
    with translation.override(past.page.edition.language):
        response = render(request, "public/edition.html", {"past_edition": past, "page": past.page})
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Return as JSON the changes to a story since the edition with the number ``?from=``.

    The response is the same for every reader, so it can be cached.
    """
    since = ChangesSinceVisit.load(slug, request.GET.get("from", ""), at=request_time(request))
    return JsonResponse(since.body(), json_dumps_params={"ensure_ascii": False}, headers={"X-Robots-Tag": "noindex"})


@public_page
def questions(request: HttpRequest) -> HttpResponse:
    """List the questions, newest first. ``?topic=`` restricts the list to one topic."""
    topic, before = request.GET.get("topic", ""), request.GET.get("before", "")
    page = QuestionList.load(
        topic=topic, before=before, at=request_time(request), dependencies=get_dependencies(request)
    )
    return render(request, "public/question_list.html", {"page": page})


@public_page
def open_questions(request: HttpRequest) -> HttpResponse:
    """List the open questions, oldest first. ``?topic=`` restricts the list to one topic."""
    topic, before = request.GET.get("topic", ""), request.GET.get("before", "")
    page = OpenQuestionList.load(
        topic=topic, before=before, at=request_time(request), dependencies=get_dependencies(request)
    )
    return render(request, "public/open_questions.html", {"page": page})


@public_page
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a question with its answers. The interface is in the question's language."""
    page = QuestionPage.load(slug, at=request_time(request), dependencies=get_dependencies(request))
    with translation.override(page.edition.language):
        return render(request, "public/question.html", {"page": page, **_LIVE})
