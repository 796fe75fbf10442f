"""Answers ``/preview/<uid>/``: exactly the public page of what is saved, for those who may see the desk."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from newsroom.clock import moment_of
from newsroom.text.plain import minutes_to_read
from stories import revisions
from stories.documents import Explainer
from stories.models import Change, Edition, Revision, Work, WorkKind
from stories.publishing.freezing import change_at, direction_of, outlets_named
from stories.publishing.timeline import Timeline
from stories.reading.explainer import ExplainerPage
from stories.reading.question import QuestionPage
from stories.rendering import render_explainer, render_question_page

RIGHTS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}


@require_safe
@login_required
def preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the newest revision of a work as readers would see it now; nothing is stored, nobody else may keep it."""
    kinds = [kind for kind, right in RIGHTS.items() if request.user.is_staff and request.user.has_perm(right)]
    if not kinds:
        raise PermissionDenied("Only people of the desk see previews.")
    work = get_object_or_404(Work, uid=uid, kind__in=kinds)
    revision = revisions.newest_of(work)
    if revision is None:
        return render(request, "404.html", status=404)
    response = _shown(request, work, revision, at=moment_of(request))
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _shown(request: HttpRequest, work: Work, revision: Revision, *, at: datetime) -> HttpResponse:
    document = revision.document.value()
    desk = reverse(f"admin:stories_{'story' if work.kind == WorkKind.STORY else 'faq'}_change", args=[work.pk])
    place = Timeline.of(work, now=at).place()
    change = change_at(place, None)
    edition = Edition(
        uid=work.uid,
        work_kind=work.kind,
        number=place.number,
        slug=document.slug,
        language=document.language,
        direction=direction_of(document.language),
        first_published_at=place.first.first_published_at if place.first else at,
        updated_at=at,
        change=change.change if change else Change.UPDATE,
        outlet_count=len(outlets_named(document)),
    )
    with translation.override(document.language):
        if isinstance(document, Explainer):
            fragments = render_explainer(document)
            edition.title, edition.minutes = document.headline, minutes_to_read(fragments.word_count)
            page = ExplainerPage.of(edition, fragments, at=at)
            return render(request, "stories/explainer.html", {"page": page, "preview": desk})
        question = render_question_page(document)
        edition.title, edition.minutes = document.question, minutes_to_read(question.word_count)
        return render(
            request,
            "stories/question.html",
            {"page": QuestionPage.of(edition, question, at=at), "preview": desk},
        )
