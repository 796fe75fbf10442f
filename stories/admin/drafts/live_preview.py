"""Mixin for the form of a work with a live preview: a script shows the page and its findings beside the form."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override

from newsroom.desk.admin import DeskAdmin
from newsroom.http.clock import request_time
from stories.admin.drafts.form_state import FORM_STATE
from stories.admin.drafts.quick_fixes import FIX_BUTTON, apply_fix
from stories.checks.sentences_ahead import SentenceAhead, list_sentences_ahead
from stories.documents import AnyDocument, Explainer
from stories.documents.render import RenderedDocument, render_for_edition
from stories.models import Edition

# The form frames its live preview, which is a page of this site.
CSP_FRAMING_PREVIEW = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
PREVIEW_DELAY_MS = 700  # after the last keystroke


class LivePreviewMixin(DeskAdmin):
    """Mixin for a form with a live preview beside it, and with quick fixes for findings."""

    @method_decorator(csp_override(CSP_FRAMING_PREVIEW))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Allow the form to frame its preview. If a quick fix was chosen, apply it and show the form again."""
        if request.method == "POST" and FIX_BUTTON in request.POST:
            posted, FORM_STATE.get(request).quick_fix_message = apply_fix(request.POST)
            request.POST = posted  # type: ignore[assignment]  # a mutable copy works as well
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the form class. After a quick fix, it has the message that keeps the form from being saved."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.quick_fix_message = FORM_STATE.get(request).quick_fix_message
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the settings of the live preview, and with the length of the newest revision."""
        name, work = f"admin:stories_{self.opts.model_name}_live_preview", context.get("original")
        if newest := context.get("newest"):
            document = newest.document.value()
            context |= reading_length(render_for_edition(document))
            context["sentences_ahead"] = list_unkept_sentences(document, at=request_time(request))
        context |= {
            "live_address": reverse(name, args=[work.pk]) if work else reverse(f"{name}_new"),
            "live_wait": PREVIEW_DELAY_MS,
            # A save checks every field; until then, only the fields that the user leaves are checked.
            "is_partial": not work and not context.get("errors"),
            "live_kind": self.form.kind,  # type: ignore[attr-defined]  # the form of a work
        }
        return super().render_change_form(request, context, *args, **kwargs)


def list_unkept_sentences(document: AnyDocument, *, at: datetime) -> list[SentenceAhead]:
    """Return the sentences of a story that look ahead and are not among its forecasts; none for a question."""
    return list_sentences_ahead(document, today=timezone.localdate(at)) if isinstance(document, Explainer) else []


def reading_length(rendered: Edition | RenderedDocument) -> dict[str, object]:
    """Return the word count of a page and its reading time in minutes."""
    return {"words": rendered.fragments.get("word_count", 0), "minutes": rendered.minutes}
