"""Views of shared previews: a draft, its questions, its images and comments, for people who have the link."""

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
from stories.workflow.shared_previews.discussion import CommentForm, Discussion, discussion_of, piece_of
from stories.workflow.shared_previews.page import DraftBanner, build_unsaved_edition, draft_page, question_of_draft


def private_response[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Decorate a view so that its responses are never cached, indexed or sent as a referrer."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@csrf_exempt  # the form is checked in stories.workflow.shared_previews.passcode_view
@private_response
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the draft of an open link, ask for its passcode, or redirect to the page that it has become."""
    at = request_time(request)
    shared = shared_previews.open_link(token, at=at)
    if shared is None:
        return _nothing(request)
    if shared.main.leads_to:
        return HttpResponseRedirect(shared.main.leads_to)
    if not passcode_view.has_access(request, shared):
        return passcode_view.ask_passcode(request, shared, token)
    if request.method == "POST":
        return redirect("shared_preview", token)
    if request.method == "GET":
        shared_previews.count_view(shared.link, at=at)
    return _shown(request, shared, shared.main, token, discussion_of(shared, shared.main, token))


@private_response
@require_safe
def question(request: HttpRequest, token: str, uid: UUID) -> HttpResponse:
    """Show the draft of a question that the draft of an open link asks."""
    shared = shared_previews.open_link(token, at=request_time(request))
    if shared and not shared.main.leads_to and not passcode_view.has_access(request, shared):
        return redirect("shared_preview", token)
    piece = shared.questions().get(uid) if shared else None
    if shared is None or piece is None:
        return _nothing(request)
    if leads_to := piece.leads_to or shared.main.leads_to:
        return HttpResponseRedirect(leads_to)
    return _shown(request, shared, piece, token, discussion_of(shared, piece, token))


@csrf_exempt  # a CSRF token would need a cookie; newsroom.site.reader_reports.same_origin checks the origin instead
@private_response
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, token: str) -> HttpResponse:
    """Receive a comment on the draft of an open link, or on a question that the draft asks."""
    at = request_time(request)
    shared = shared_previews.open_link(token, at=at)
    if shared is None or not shared.link.takes_comments:
        return _nothing(request)
    if request.method != "POST" or shared.main.leads_to or not passcode_view.has_access(request, shared):
        return redirect("shared_preview", token)
    if not has_allowed_length(request):
        raise RequestDataTooBig("No comment is that long.")
    piece = piece_of(request, shared)
    if piece is None:
        return _nothing(request)
    if piece.leads_to:
        return HttpResponseRedirect(piece.leads_to)
    with translation.override(piece.document.language):
        form = CommentForm(request.POST)
        status, refusal = _written(request, shared, piece, token, form)
        if status != 303:
            discussion = discussion_of(shared, piece, token, form=focus_first_error(form), refusal=refusal)
            response = _shown(request, shared, piece, token, discussion)
            response.status_code = status
            return response
    response = HttpResponseRedirect(f"{_address(shared, piece, token)}#comments")
    response.status_code = 303  # see other: the client fetches the next page by GET (RFC 9110, 15.4.4)
    return response


@private_response
@require_safe
def image(request: HttpRequest, token: str, uid: UUID, name: str) -> HttpResponse:
    """Return a rendition of an image that the draft of an open link, or a question of it, shows."""
    spec = Spec.parse(name)
    shared = shared_previews.open_link(token, at=request_time(request))
    image = shared.picture(uid) if shared and passcode_view.has_access(request, shared) else None
    content = load_content(image, spec) if image and spec else None
    return image_response(content) if content else _nothing(request)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Return the same 404 for every closed link, whether it ever existed or not."""
    return render(request, "404.html", status=404)


def _written(
    request: HttpRequest,
    shared: shared_previews.OpenedLink,
    piece: shared_previews.SharedWork,
    token: str,
    form: CommentForm,
) -> tuple[int, str]:
    """Write the comment; return the status of the response, and the reason if it is refused."""
    if not is_same_origin(request):
        return 403, _("We take comments only from this page. Nothing was sent yet: send it once more from here.")
    if form.is_trapped:
        return 303, ""
    if not form.is_valid():
        return 422, ""
    if not verbs.acquire_comment_slot(shared.link, client_address(request)):
        return 429, _("Too many comments came in. Nothing was sent yet: send it again in an hour.")
    said = form.cleaned_data
    try:
        add_outside_comment(
            shared.link,
            token,
            piece.work,
            said["text"],
            at=shared.at,
            shown=said["shown"],
            name=said["name"],
            quote=said["quote"],
        )
    except CommentRefusedError:
        return 422, _("This link takes no comments any more.")
    return 303, ""


def _address(shared: shared_previews.OpenedLink, piece: shared_previews.SharedWork, token: str) -> str:
    if piece.work == shared.main.work:
        return reverse("shared_preview", args=[token])
    return reverse("shared_preview_question", args=[token, piece.work.uid])


def _pictures(token: str) -> str:
    return f"{reverse('shared_preview', args=[token])}pictures/"


def _shown(
    request: HttpRequest,
    shared: shared_previews.OpenedLink,
    piece: shared_previews.SharedWork,
    token: str,
    discussion: Discussion | None,
) -> HttpResponse:
    is_main = piece.work == shared.main.work
    questions = shared.questions() if is_main else {}
    places = DraftAddresses(
        questions={
            uid: question_of_draft(
                each.document, url=reverse("shared_preview_question", args=[token, uid]), at=shared.at
            )
            for uid, each in questions.items()
        },
        pictures=_pictures(token),
    )
    edition = build_unsaved_edition(piece.work, piece.document, at=shared.at)
    template, page = draft_page(edition, at=shared.at, drafts=places)
    banner = DraftBanner(until=shared.link.ends_at, back="" if is_main else reverse("shared_preview", args=[token]))
    with translation.override(edition.language):
        return render(request, template, {"page": page, "preview": banner, "discussion": discussion})
