"""Publishes from a form, and says what came of it with a link into each field that keeps a page back."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from newsroom.accounts.permissions import person
from stories import publishing
from stories.admin.anchors import field_id, places_of
from stories.models import FAQ, Change, ChangeNote, Work, WorkKind
from stories.publishing.refusals import RefusedError


def publish_and_say(request: HttpRequest, work: Work, *, note: str, with_questions: Iterable[FAQ]) -> None:
    """Publish what was saved of ``work``, or say why not; what was saved stays saved."""
    try:
        edition = publishing.publish(
            work, by=person(request), change=ChangeNote(Change.UPDATE, note), with_questions=with_questions
        )
    except publishing.NotReadyError as refusal:
        messages.error(request, _reasons(refusal))
    except (RefusedError, PermissionDenied) as refusal:
        messages.error(request, f"Saved, not published. {refusal}")
    else:
        words = format_html(
            'Published as edition {}. <a href="{}">Read it</a>', edition.number, edition.get_absolute_url()
        )
        messages.success(request, words)


def _reasons(refusal: publishing.NotReadyError) -> str:
    reasons = []
    for work, findings in refusal.findings.items():
        is_story = work.kind == WorkKind.STORY
        page = reverse(f"admin:stories_{'story' if is_story else 'faq'}_change", args=[work.pk])
        thing = work.story if is_story else work.faq
        about = "" if is_story else f"{thing}: "
        places = places_of(thing)
        reasons += [(page, field_id(finding.anchor, places), about, finding.message) for finding in findings]
    listed = format_html_join("", '<li><a href="{}#{}">{}{}</a></li>', reasons)
    return format_html("Saved, not published. This keeps it back: <ul>{}</ul>", listed)
