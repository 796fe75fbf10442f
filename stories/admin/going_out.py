"""Publishes from a form, and says what came of it with a link into each field that keeps a page back."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from newsroom.accounts.permissions import person
from stories import publishing
from stories.admin.anchors import field_id, places_of
from stories.models import FAQ, Change, ChangeNote, Work, WorkKind
from stories.publishing.request import OVERRIDE_RIGHT


def publish_and_say(
    request: HttpRequest, work: Work, *, note: str, with_questions: Sequence[FAQ], send_address: str
) -> str:
    """Publish what was saved of ``work``, or say why not; what was saved stays saved.

    Returns the address of the screen that asks for more where the verb wants to know more, or nothing.
    """
    asked = urlencode({"question": [faq.pk for faq in with_questions], "note": note}, doseq=True)
    try:
        edition = publishing.publish(
            work, by=person(request), change=ChangeNote(Change.UPDATE, note), with_questions=with_questions
        )
    except publishing.WaitingError:
        return f"{send_address}?{asked}"
    except publishing.NotReadyError as refusal:
        every = [finding for findings in refusal.findings.values() for finding in findings]
        if all(finding.code.startswith("change.") for finding in every):
            return f"{send_address}?{asked}"
        messages.error(request, _reasons(refusal))
        if all(finding.is_overridable for finding in every) and request.user.has_perm(OVERRIDE_RIGHT):
            way = format_html('<a href="{}?{}">Publish all the same, with a written reason</a>', send_address, asked)
            messages.info(request, way)
    except (publishing.RefusedError, PermissionDenied) as refusal:
        messages.error(request, f"Saved, not published. {refusal}")
    else:
        words = format_html(
            'Published as edition {}. <a href="{}">Read it</a>', edition.label, edition.get_absolute_url()
        )
        messages.success(request, words)
    return ""


def _reasons(refusal: publishing.NotReadyError) -> str:
    reasons = []
    for work, findings in refusal.findings.items():
        is_story = work.kind == WorkKind.STORY
        page = reverse(work.desk_view, args=[work.pk])
        thing = work.story if is_story else work.faq
        about = "" if is_story else f"{thing}: "
        places = places_of(thing)
        reasons += [(page, field_id(finding.anchor, places), about, finding.message) for finding in findings]
    listed = format_html_join("", '<li><a href="{}#{}">{}{}</a></li>', reasons)
    return format_html("Saved, not published. This keeps it back: <ul>{}</ul>", listed)
