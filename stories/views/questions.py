"""Answers ``/questions/`` and what lies under it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from newsroom.http.clock import moment_of
from newsroom.page_cache.dependencies import guard_of
from newsroom.page_cache.responses import public_page
from stories.reading.question import QuestionPage
from stories.reading.question_list import QuestionList


@public_page
def questions(request: HttpRequest) -> HttpResponse:
    """List the common questions, newest first; with ``?topic=`` those about one topic."""
    asked = request.GET
    topic, before = asked.get("topic", ""), asked.get("before", "")
    page = QuestionList.load(topic=topic, before=before, at=moment_of(request), guard=guard_of(request))
    return render(request, "stories/question_list.html", {"page": page})


@public_page
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one question with its answers, with the words around it in its own language."""
    page = QuestionPage.load(slug, at=moment_of(request), guard=guard_of(request))
    with translation.override(page.edition.language):
        return render(request, "stories/question.html", {"page": page})
