"""Answers ``/preview/<token>/``: a draft, its questions and its pictures, for whoever has the link."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsroom.clock import moment_of
from newsroom.media.renditions import content_of
from newsroom.media.specs import CONTENT_TYPES, Spec
from stories import previewing, sharing
from stories.reading.drafts import DraftBanner, draft_page, question_of_draft
from stories.reading.links import DraftPlaces
from stories.views import passcode


def unshareable[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let nobody keep an answer, find it by searching, or tell from a request elsewhere that it was open."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@csrf_exempt  # the one form here proves itself: see stories.views.passcode
@unshareable
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the draft of an open link, ask for its passcode, or lead to the page that it has become."""
    at = moment_of(request)
    shared = sharing.opened(token, at=at)
    if shared is None:
        return _nothing(request)
    if shared.main.leads_to:
        return HttpResponseRedirect(shared.main.leads_to)
    if not passcode.is_known(request, shared):
        return passcode.ask(request, shared, token)
    if request.method == "POST":
        return redirect("preview", token)
    if request.method == "GET":
        sharing.count_view(shared.link, at=at)
    places = DraftPlaces(
        questions={
            uid: question_of_draft(piece.document, url=reverse("preview_question", args=[token, uid]), at=at)
            for uid, piece in shared.questions().items()
        },
        pictures=_pictures(token),
    )
    return _shown(request, shared, shared.main, places)


@unshareable
@require_safe
def question(request: HttpRequest, token: str, uid: UUID) -> HttpResponse:
    """Show the draft of a question that the draft of an open link asks."""
    shared = sharing.opened(token, at=moment_of(request))
    if shared and not shared.main.leads_to and not passcode.is_known(request, shared):
        return redirect("preview", token)
    piece = shared.questions().get(uid) if shared else None
    if shared is None or piece is None:
        return _nothing(request)
    if leads_to := piece.leads_to or shared.main.leads_to:
        return HttpResponseRedirect(leads_to)
    return _shown(request, shared, piece, DraftPlaces({}, _pictures(token)), back=reverse("preview", args=[token]))


@unshareable
@require_safe
def picture(request: HttpRequest, token: str, uid: UUID, name: str) -> HttpResponse:
    """Answer a rendition of a picture that the draft of an open link, or a question of it, shows."""
    spec = Spec.parse(name)
    shared = sharing.opened(token, at=moment_of(request))
    image = shared.picture(uid) if shared and passcode.is_known(request, shared) else None
    content = content_of(image, spec) if image and spec else None
    if content is None or spec is None:
        return _nothing(request)
    return HttpResponse(content, content_type=CONTENT_TYPES[spec.ending], headers={"X-Content-Type-Options": "nosniff"})


def _nothing(request: HttpRequest) -> HttpResponse:
    """Answer for all that opens nothing alike, whether it did once or never."""
    return render(request, "404.html", status=404)


def _pictures(token: str) -> str:
    return f"{reverse('preview', args=[token])}pictures/"


def _shown(
    request: HttpRequest, shared: sharing.Opened, piece: sharing.Piece, places: DraftPlaces, *, back: str = ""
) -> HttpResponse:
    edition = previewing.as_edition(piece.work, piece.document, at=shared.at)
    template, page = draft_page(edition, at=shared.at, drafts=places)
    banner = DraftBanner(until=shared.link.ends_at, back=back)
    with translation.override(edition.language):
        return render(request, template, {"page": page, "preview": banner})
