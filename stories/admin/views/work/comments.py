"""The comments on a work: beside its form and its texts, and on a page of their own that needs no script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal, safe_next_url
from newsroom.http.clock import request_time
from stories.admin.drafts.conflicts import ANCHORS_BY_KEY
from stories.admin.drafts.finding_fields import field_id, list_form_rows
from stories.admin.views.work.history import HistoryScreens
from stories.documents import AnyDocument
from stories.documents.walk import DocumentText
from stories.drafts import revisions
from stories.models import Comment, Work
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


class CommentScreens(HistoryScreens):
    """A model admin with the comments on a work: beside its form, and on a page of their own."""

    def get_urls(self) -> list[URLPattern]:
        name = f"stories_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.comments_view)
        return [path("<path:object_id>/comments/", view, name=f"{name}_comments"), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add the comments beside the form."""
        if obj:
            places = list_form_rows(rows.formset for rows in context["inline_admin_formsets"])
            newest = context["newest"]
            document = newest.document.value() if newest else None

            def field_of(key: str) -> str:
                return field_id(ANCHORS_BY_KEY.get(key, key), places)

            # Quiet, because submitting a form of the comments would leave this form.
            context["panel"] = build_comments_panel(request, obj, document, field_of=field_of, is_quiet=True)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def comments_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the newest text with its comments; on POST add a comment or a reply, or resolve or reopen a thread.

        ``do`` is ``comment``, ``reply:UID``, ``resolve:UID`` or ``reopen:UID``. A client that does not accept HTML gets
        JSON with the comments as HTML, or with the reason why nothing was written.
        """
        work = self.seen(request, object_id)
        newest = revisions.get_newest_revision(work)
        document = newest.document.value() if newest else None
        asked: dict[str, Any] = {"typed": {name: request.GET.get(name, "") for name in FIELDS}}
        if request.method == "POST":
            if not request.user.has_perm(RIGHT):
                raise PermissionDenied
            back = request.POST.get("comment-back", "")
            try:
                written = self._written(request, work)
            except RefusedError as refusal:
                asked = {"typed": _typed(request), "error": str(refusal), "wrong": _wrong(request, refusal)}
            else:
                if not request.accepts("text/html"):
                    return self._as_json(request, work, document)
                return redirect(f"{safe_next_url(back) or self.address('comments', work)}#comment-{written.uid}")
            if not request.accepts("text/html"):
                return json_refusal(asked["error"], field=asked["wrong"])
        elif not request.accepts("text/html"):
            return self._as_json(request, work, document)
        panel = build_comments_panel(request, work, document, **asked)
        context = {"panel": panel, "comments": panel.comments, "revision": newest, "title": f"Comments: {work}"}
        response = self.answer(request, work, "comments_layout", context)
        response.status_code = 422 if panel.error else 200
        return response

    def _written(self, request: HttpRequest, work: Work) -> Comment:
        """Carry out what ``do`` names, and return the comment that it concerns."""
        by, at = signed_in_user(request), request_time(request)
        do, _, uid = request.POST.get("do", "comment").partition(":")
        if do == "comment":
            sent = {name: request.POST.get(f"comment-{name}", "") for name in FIELDS}
            return add_comment(work, **sent, by=by, at=at)
        thread = Comment.objects.of_work(work).of_uid(uid).select_related("work").first()
        if thread is None:
            raise Http404
        match do:
            case "reply":
                return add_reply(thread, request.POST.get(f"reply-{uid}", ""), by=by, at=at)
            case "resolve":
                resolve_thread(thread, by=by, at=at)
            case "reopen":
                reopen_thread(thread, by=by)
            case _:
                raise Http404
        return thread

    def _as_json(self, request: HttpRequest, work: Work, document: AnyDocument | None) -> HttpResponse:
        panel = build_comments_panel(request, work, document, is_quiet="quiet" in request.GET)
        html = render_to_string("admin/stories/work/comments.html", {"panel": panel, "work": work}, request)
        return JsonResponse({"html": html, "open": len(panel.comments.open)})


def _typed(request: HttpRequest) -> dict[str, str]:
    typed = {name: request.POST.get(f"comment-{name}", "") for name in FIELDS}
    _, _, uid = request.POST.get("do", "").partition(":")
    return typed | {"to": uid, "reply": request.POST.get(f"reply-{uid}", "")}


def _wrong(request: HttpRequest, refusal: RefusedError) -> str:
    if request.POST.get("do", "").startswith("reply:"):
        return "reply"
    return getattr(refusal, "field", "") or "text"
