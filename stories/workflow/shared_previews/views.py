"""Views for shared previews: a draft with its questions, images and comments, for people who have the link."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsroom.desk.responses import focus_first_error
from newsroom.http.client_ip import client_address
from newsroom.http.clock import request_time
from newsroom.media.renditions.specs import Spec
from newsroom.media.views import image_response, load_content
from newsroom.site.reader_reports.same_origin import has_allowed_length, is_same_origin
from stories.public.pages.works.links import DraftAddresses
from stories.workflow import shared_previews
from stories.workflow.comments import CommentRefusedError, add_outside_comment, verbs
from stories.workflow.shared_previews import passcode_view
from stories.workflow.shared_previews.discussion import CommentForm, Discussion, get_commented_work, load_discussion
from stories.workflow.shared_previews.page import (
    DraftBanner,
    build_draft_page,
    build_draft_question,
    build_unsaved_edition,
)


def private_response[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Decorate a view so that responses are never cached or indexed, and the address is never sent as a referrer."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapper


@csrf_exempt  # the form is checked in stories.workflow.shared_previews.passcode_view
@private_response
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the draft of an open link, ask for its passcode, or redirect to the published page."""
    at = request_time(request)
    opened = shared_previews.open_link(token, at=at)
    if opened is None:
        return _not_found(request)
    if opened.main.public_address:
        return HttpResponseRedirect(opened.main.public_address)
    if not passcode_view.has_access(request, opened):
        return passcode_view.ask_passcode(request, opened, token)
    if request.method == "POST":
        return redirect("shared_preview", token)
    if request.method == "GET":
        shared_previews.count_view(opened.link, at=at)
    return _render(request, opened, opened.main, token, load_discussion(opened, opened.main, token))


@private_response
@require_safe
def question(request: HttpRequest, token: str, uid: UUID) -> HttpResponse:
    """Show a draft question that the draft of an open link asks."""
    opened = shared_previews.open_link(token, at=request_time(request))
    if opened and not opened.main.public_address and not passcode_view.has_access(request, opened):
        return redirect("shared_preview", token)
    shared_work = opened.questions().get(uid) if opened else None
    if opened is None or shared_work is None:
        return _not_found(request)
    if public_address := shared_work.public_address or opened.main.public_address:
        return HttpResponseRedirect(public_address)
    return _render(request, opened, shared_work, token, load_discussion(opened, shared_work, token))


@csrf_exempt  # a CSRF token would need a cookie; newsroom.site.reader_reports.same_origin checks the origin instead
@private_response
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, token: str) -> HttpResponse:
    """Receive a comment on the draft of an open link, or on a question that the draft asks.

    Raise RequestDataTooBig if the request is too long.
    """
    at = request_time(request)
    opened = shared_previews.open_link(token, at=at)
    if opened is None or not opened.link.takes_comments:
        return _not_found(request)
    if request.method != "POST" or opened.main.public_address or not passcode_view.has_access(request, opened):
        return redirect("shared_preview", token)
    if not has_allowed_length(request):
        raise RequestDataTooBig("This comment is too long.")
    shared_work = get_commented_work(request, opened)
    if shared_work is None:
        return _not_found(request)
    if shared_work.public_address:
        return HttpResponseRedirect(shared_work.public_address)
    with translation.override(shared_work.document.language):
        form = CommentForm(request.POST)
        status, refusal = _store_comment(request, opened, shared_work, token, form)
        if status != 303:
            discussion = load_discussion(opened, shared_work, token, form=focus_first_error(form), refusal=refusal)
            response = _render(request, opened, shared_work, token, discussion)
            response.status_code = status
            return response
    response = HttpResponseRedirect(f"{_get_page_address(opened, shared_work, token)}#comments")
    response.status_code = 303  # See Other: the client fetches the next page with GET (RFC 9110, 15.4.4)
    return response


@private_response
@require_safe
def image(request: HttpRequest, token: str, uid: UUID, name: str) -> HttpResponse:
    """Return a rendition of an image that the draft of an open link or one of its questions shows."""
    spec = Spec.parse(name)
    opened = shared_previews.open_link(token, at=request_time(request))
    image = opened.image(uid) if opened and passcode_view.has_access(request, opened) else None
    content = load_content(image, spec) if image and spec else None
    return image_response(content) if content else _not_found(request)


def _not_found(request: HttpRequest) -> HttpResponse:
    """Return the 404 response, which is the same for links that are closed and for links that never existed."""
    return render(request, "404.html", status=404)


def _store_comment(
    request: HttpRequest,
    opened: shared_previews.OpenedLink,
    shared_work: shared_previews.SharedWork,
    token: str,
    form: CommentForm,
) -> tuple[int, str]:
    """Store the comment; return the status of the response, and the reason if the comment is refused."""
    if not is_same_origin(request):
        return 403, _("Your comment has not been sent. Check it, then send it from this page.")
    if form.is_spam:
        return 303, ""
    if not form.is_valid():
        return 422, ""
    if not verbs.acquire_comment_slot(opened.link, client_address(request)):
        return 429, _(
            "Too many comments have come in, so yours has not been sent. Keep this page open and try again in an hour."
        )
    data = form.cleaned_data
    try:
        add_outside_comment(
            opened.link,
            token,
            shared_work.work,
            data["text"],
            at=opened.at,
            shown_revision=data["shown"],
            name=data["name"],
            quote=data["quote"],
        )
    except CommentRefusedError:
        return 422, _("Comments are closed for this link.")
    return 303, ""


def _get_page_address(opened: shared_previews.OpenedLink, shared_work: shared_previews.SharedWork, token: str) -> str:
    if shared_work.work == opened.main.work:
        return reverse("shared_preview", args=[token])
    return reverse("shared_preview_question", args=[token, shared_work.work.uid])


def _get_images_prefix(token: str) -> str:
    return f"{reverse('shared_preview', args=[token])}pictures/"


def _render(
    request: HttpRequest,
    opened: shared_previews.OpenedLink,
    shared_work: shared_previews.SharedWork,
    token: str,
    discussion: Discussion | None,
) -> HttpResponse:
    is_main = shared_work.work == opened.main.work
    questions = opened.questions() if is_main else {}
    addresses = DraftAddresses(
        questions={
            uid: build_draft_question(
                each.document, url=reverse("shared_preview_question", args=[token, uid]), at=opened.at
            )
            for uid, each in questions.items()
        },
        images_prefix=_get_images_prefix(token),
    )
    edition = build_unsaved_edition(shared_work.work, shared_work.document, at=opened.at)
    template, page = build_draft_page(edition, at=opened.at, drafts=addresses)
    banner = DraftBanner(until=opened.link.ends_at, back="" if is_main else reverse("shared_preview", args=[token]))
    with translation.override(edition.language):
        return render(request, template, {"page": page, "preview": banner, "discussion": discussion})
