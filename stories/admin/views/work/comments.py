"""The comments on a work: beside its form and its texts, and on a page of their own that needs no script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.rows import UidFormSet
from newsroom.desk.responses import json_refusal, safe_next_url
from stories.admin.drafts.conflicts import ANCHORS_BY_KEY
from stories.admin.drafts.finding_fields import field_id, list_form_rows
from stories.admin.views.work.base import WorkView
from stories.documents import AnyDocument
from stories.documents.walk import DocumentText
from stories.drafts import revisions
from stories.models import Comment, Revision, Work
from stories.publishing import RefusedError
from stories.workflow.comments import (
    RIGHT,
    Comments,
    add_comment,
    add_reply,
    comments_on,
    may_comment,
    reopen_thread,
    resolve_thread,
)

FIELDS = ("text", "place", "quote", "before", "after")


@dataclass(frozen=True, slots=True)
class CommentsPanel:
    """What a page needs to show the comments on a work and to accept new ones.

    ``places`` are the texts that can be commented on, each with the id of its field if the page is a form. ``typed``
    is what the form contains; if it was refused, ``error`` is the reason and ``wrong`` the field. ``back`` is the
    address to return to. With ``is_quiet`` only a script shows the forms: on a page whose own form must not be left.
    """

    comments: Comments
    address: str
    may_comment: bool
    people: list[User]
    places: list[tuple[DocumentText, str]]
    back: str = ""
    is_quiet: bool = False
    typed: dict[str, str] | None = None
    error: str = ""
    wrong: str = ""


def build_comments_panel(
    request: HttpRequest,
    work: Work,
    document: AnyDocument | None,
    *,
    field_of: Callable[[str], str] | None = None,
    **more: Any,
) -> CommentsPanel:
    """Return the panel for ``work`` with its comments at the texts of ``document``; the user must be allowed to see it.

    ``field_of`` returns the id of the control for a text on the page, by the key of the text.
    """
    comments = comments_on(work, document)
    may = may_comment(signed_in_user(request), work) and work.binned_at is None
    return CommentsPanel(
        comments=comments,
        address=reverse(work.view_of("comments"), args=[work.pk]),
        may_comment=may,
        people=list(active_users()) if may else [],
        places=[
            (each, field_of(each.key) if field_of else "") for each in comments.texts.by_key.values() if each.is_read
        ],
        **more,
    )


def build_form_panel(
    request: HttpRequest, work: Work, document: AnyDocument | None, formsets: Iterable[UidFormSet]
) -> CommentsPanel:
    """Return the panel beside the form of ``work``, whose last saved document is ``document``."""
    places = list_form_rows(formsets)

    def field_of(key: str) -> str:
        return field_id(ANCHORS_BY_KEY.get(key, key), places)

    # Quiet, because submitting a form of the comments would leave this form.
    return build_comments_panel(request, work, document, field_of=field_of, is_quiet=True)


class CommentsView(WorkView):
    """Show the newest text with its comments; on POST add a comment or a reply, or resolve or reopen a thread.

    ``do`` is ``comment``, ``reply:UID``, ``resolve:UID`` or ``reopen:UID``. A client that does not accept HTML gets
    JSON with the comments as HTML, or with the reason why nothing was written.
    """

    template_name = "admin/stories/work/comments_layout.html"
    newest: Revision | None
    document: AnyDocument | None

    def prepare(self) -> None:
        super().prepare()
        self.newest = revisions.get_newest_revision(self.work)
        self.document = self.newest.document.value() if self.newest else None

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not request.accepts("text/html"):
            return self._as_json()
        return self.show({"typed": {name: request.GET.get(name, "") for name in FIELDS}})

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(request.user.has_perm(RIGHT))
        try:
            written = self._write()
        except RefusedError as refusal:
            wrong = _wrong(request, refusal)
            if not request.accepts("text/html"):
                return json_refusal(str(refusal), field=wrong)
            return self.show({"typed": _typed(request), "error": str(refusal), "wrong": wrong})
        if not request.accepts("text/html"):
            return self._as_json()
        back = safe_next_url(request.POST.get("comment-back", "")) or self.address("comments")
        return redirect(f"{back}#comment-{written.uid}")

    def show(self, asked: dict[str, Any]) -> HttpResponse:
        panel = build_comments_panel(self.request, self.work, self.document, **asked)
        context = {
            "comments_panel": panel,
            "comments": panel.comments,
            "revision": self.newest,
            "title": f"Comments: {self.work}",
        }
        return self.render(context, status=422 if panel.error else 200)

    def _write(self) -> Comment:
        """Carry out what ``do`` names, and return the comment that it concerns."""
        sent, by, at = self.request.POST, self.by, self.at
        do, _, uid = sent.get("do", "comment").partition(":")
        if do == "comment":
            texts = {name: sent.get(f"comment-{name}", "") for name in FIELDS}
            return add_comment(self.work, **texts, by=by, at=at)
        thread = Comment.objects.of_work(self.work).of_uid(uid).select_related("work").first()
        if thread is None:
            raise Http404
        match do:
            case "reply":
                return add_reply(thread, sent.get(f"reply-{uid}", ""), by=by, at=at)
            case "resolve":
                resolve_thread(thread, by=by, at=at)
            case "reopen":
                reopen_thread(thread, by=by)
            case _:
                raise Http404
        return thread

    def _as_json(self) -> HttpResponse:
        request, work = self.request, self.work
        panel = build_comments_panel(request, work, self.document, is_quiet="quiet" in request.GET)
        html = render_to_string("admin/stories/work/comments.html", {"comments_panel": panel, "work": work}, request)
        return JsonResponse({"html": html, "open": len(panel.comments.open)})


def _typed(request: HttpRequest) -> dict[str, str]:
    typed = {name: request.POST.get(f"comment-{name}", "") for name in FIELDS}
    _, _, uid = request.POST.get("do", "").partition(":")
    return typed | {"to": uid, "reply": request.POST.get(f"reply-{uid}", "")}


def _wrong(request: HttpRequest, refusal: RefusedError) -> str:
    if request.POST.get("do", "").startswith("reply:"):
        return "reply"
    return getattr(refusal, "field", "") or "text"
