"""Live preview: the page and the findings beside a form, made from its current content."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal, json_refusal_for
from newsroom.http.clock import request_time
from newsroom.text.size_limits import describe_excess
from stories.admin.drafts.document import DraftForm, blank_document, new_work
from stories.admin.drafts.finding_fields import field_id
from stories.admin.drafts.quick_fixes import FIX_BUTTON, apply_fix, locate_fixes
from stories.admin.views.work.history import HistoryScreens
from stories.checks import Findings, Level
from stories.documents import AnyDocument
from stories.documents.render import RenderedDocument, render_for_edition
from stories.drafts import revisions
from stories.models import Edition
from stories.publishing.preflight import check_unsaved
from stories.workflow.shared_previews import page
from stories.workflow.shared_previews.page import UNSAVED, draft_page

SIGNED_OUT = "You are signed out. Sign in again in another window; your text is untouched."
TOO_LONG = "This is more than can be looked at while you type: 5 MB, or 5,000 fields."


def json_errors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view so that it refuses in JSON: signed-out users, unreadable or too long input, and its 403 and 404."""
    protected = csrf_protect(view)

    @csrf_exempt  # checked below, once the request is known to be readable
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if stranger := json_refusal_for(request, SIGNED_OUT):
            return stranger
        try:
            bool(request.POST)
        except (RequestDataTooBig, TooManyFieldsSent):
            return json_refusal(TOO_LONG, status=413)
        except MultiPartParserError:
            return json_refusal("What was sent cannot be read.", status=400)
        try:
            return protected(request, *args, **kwargs)
        except PermissionDenied as refusal:
            return json_refusal(str(refusal) or "You may not edit this.", status=403)
        except Http404:
            return json_refusal("There is no such page at the desk.", status=404)

    return answer


# The form may frame its own preview, and only the address of the preview may be framed, by this site.
CSP_FRAMING_PREVIEW = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
CSP_FRAMED_PREVIEW = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}
PREVIEW_DELAY_MS = 700  # milliseconds after the last key


class LivePreviewMixin(HistoryScreens):
    """Mixin that serves the live preview of a form; nothing that the scripts send is stored."""

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs of the preview, for saved works and for new ones."""
        name = f"stories_{self.opts.model_name}_live"
        view = csp_override(CSP_FRAMED_PREVIEW)(
            xframe_options_sameorigin(require_http_methods(["GET", "HEAD", "POST"])(json_errors(self.live_view)))
        )
        return [
            path("live/", view, name=f"{name}_new"),
            path("<path:object_id>/live/", view, name=name),
            *super().get_urls(),
        ]

    @method_decorator(csp_override(CSP_FRAMING_PREVIEW))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Allow the form to frame its preview; apply the quick fix that was chosen, and show the form again."""
        if request.method == "POST" and FIX_BUTTON in request.POST:
            fixed, vars(request)["fixed"] = apply_fix(request.POST)
            request.POST = fixed  # type: ignore[assignment]  # a mutable copy works as well
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the form that a quick fix was applied: it is shown, and not saved."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.fixed = vars(request).get("fixed", "")
        return form

    def live_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """Return the saved page for the frame; answer a posted form with its page and its findings as JSON."""
        work, base = self.edited(request, object_id)
        at = request_time(request)
        if request.method != "POST":
            response = HttpResponse(_page(request, page.build_unsaved_edition(work, base, at=at)))
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response
        posted = request.POST.dict()
        if excess := describe_excess(posted.values()):
            return json_refusal(excess, status=413)
        form = DraftForm.read(posted, work, by=signed_in_user(request))
        document, places = form.document(base), form.places(base)
        edition = page.build_unsaved_edition(work, document, at=at)
        found = check_unsaved(work, document, at=at)
        if "_typing" in request.POST:
            # A half-typed word gets no new finding: while the user types, findings only disappear.
            found = found.known(request.POST.getlist("_shown"))
        located = [(each, field_id(each.anchor, places)) for each in found]
        context = {"findings": located, "is_live": True, **reading_length(edition)}
        return JsonResponse(
            {
                "fixes": locate_fixes(located, request.POST, language=document.language),
                "page": _page(request, edition) if "_page" in request.POST else "",
                "findings": render_to_string("admin/stories/work/findings.html#list", context, request),
                "said": summarise_findings(found),
            }
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the address, the delay and the kind of the live preview, and the length of the newest revision."""
        name, work = f"admin:stories_{self.opts.model_name}_live", context.get("original")
        if newest := context.get("newest"):
            context |= reading_length(render_for_edition(newest.document.value()))
        context |= {
            "live_address": reverse(name, args=[work.pk]) if work else reverse(f"{name}_new"),
            "live_wait": PREVIEW_DELAY_MS,
            "live_kind": self.form.kind,  # type: ignore[attr-defined]  # the form of a work
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def edited(self, request: HttpRequest, object_id: str) -> tuple[Any, AnyDocument]:
        """Return the work and its last saved document; raise PermissionDenied if the user may not edit or create it."""
        if object_id:
            work = self.seen(request, object_id)
            if not self.has_change_permission(request, work):
                raise PermissionDenied("You may not edit this.")
            newest = revisions.get_newest_revision(work)
            return work, newest.document.value() if newest else blank_document(work)
        if not self.has_add_permission(request):
            raise PermissionDenied("You may not begin anything new.")
        form: Any = self.form
        made = new_work(form.kind)
        return made, blank_document(made)


def _page(request: HttpRequest, edition: Edition) -> str:
    template, page = draft_page(edition, at=edition.updated_at)
    with translation.override(edition.language):
        return render_to_string(template, {"page": page, "preview": UNSAVED}, request)


def reading_length(kept: Edition | RenderedDocument) -> dict[str, object]:
    """Return the word count of a page and its reading time in minutes."""
    return {"words": kept.fragments.get("word_count", 0), "minutes": kept.minutes}


def summarise_findings(found: Findings) -> str:
    """Return the findings by level in a few words, such as “2 blockers, 1 warning”."""
    counted = [(level, len(each)) for level, each in found.by_level()]
    return ", ".join(f"{number} {_level(level, number)}" for level, number in counted) or "Nothing found"


def _level(level: Level, number: int) -> str:
    return level.value if number == 1 else f"{level.value}s"
