"""Comments on a work: beside its form and its texts, and on a separate page that works without JavaScript."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.rows import UidFormSet
from newsroom.desk.responses import json_refusal, safe_next_url
from stories.admin.drafts.conflicts import ANCHORS_BY_KEY
from stories.admin.drafts.finding_fields import field_id, list_form_rows
from stories.admin.views.work.base import WorkView
from stories.documents import AnyDocument
from stories.documents.walk import DocumentText
from stories.drafts import revisions
from stories.drafts.short_references import list_visible_kinds, shorten_document
from stories.models import Comment, Revision, Work
from stories.publishing import RefusedError
from stories.workflow.comments import (
    COMMENT_PERMISSION,
    Comments,
    add_comment,
    add_reply,
    list_mentionable_users,
    load_comments,
    may_comment,
    reopen_thread,
    resolve_thread,
)

FIELDS = ("text", "place", "quote", "before", "after")


@dataclass(frozen=True, slots=True)
class CommentsPanel:
    """Data that a page needs to show the comments on a work and to accept new ones.

    ``places`` are the texts that can be commented on, each with the id of its field if the page is a form. ``typed``
    contains the values of the comment form. If the comment was refused, ``error`` is the reason and ``error_field`` the
    field. ``back`` is the address to return to. With ``is_quiet``, the comment forms appear only with JavaScript.
    """

    comments: Comments
    address: str
    may_comment: bool
    people: list["Person"]
    places: list[tuple[DocumentText, str]]
    back: str = ""
    is_quiet: bool = False
    typed: dict[str, str] | None = None
    error: str = ""
    error_field: str = ""


class Person(NamedTuple):
    """A person to mention: the name to insert, the username, and the label with the roles.

    The name is the username if several people have the same full name.
    """

    name: str
    username: str
    label: str


def _list_people(work: Work, *, by: User) -> list[Person]:
    users = list(list_mentionable_users(work))
    counts = Counter(str(user) for user in users)
    people = []
    for user in users:
        is_namesake = counts[str(user)] > 1
        roles = ", ".join(group.name.lower() for group in user.groups.all())
        label = f"{user} ({user.username})" if is_namesake else str(user)
        name = user.username if is_namesake else str(user)
        if user != by:
            people.append(Person(name, user.username, f"{label}, {roles}" if roles else label))
    return people


def build_comments_panel(
    request: HttpRequest,
    work: Work,
    document: AnyDocument | None,
    *,
    get_field_id: Callable[[str], str] | None = None,
    **panel_fields: Any,
) -> CommentsPanel:
    """Return the panel for ``work``, with each comment at its text in ``document``. Texts have short references.

    The caller must check that the user may see the work. ``get_field_id`` returns the id of the control on the page for
    the key of a text. ``panel_fields`` are passed on to ``CommentsPanel``.
    """
    by = signed_in_user(request)
    shown = shorten_document(document, kinds=list_visible_kinds(by)) if document else None
    comments = load_comments(work, shown)
    is_allowed = may_comment(by, work) and work.binned_at is None
    return CommentsPanel(
        comments=comments,
        address=reverse(work.view_name("comments"), args=[work.pk]),
        may_comment=is_allowed,
        people=_list_people(work, by=by) if is_allowed else [],
        places=[
            (each, get_field_id(each.key) if get_field_id else "")
            for each in comments.texts.by_key.values()
            if each.is_read
        ],
        **panel_fields,
    )


def build_form_panel(
    request: HttpRequest, work: Work, document: AnyDocument | None, formsets: Iterable[UidFormSet]
) -> CommentsPanel:
    """Return the panel beside the form of ``work``, whose last saved document is ``document``."""
    rows = list_form_rows(formsets)

    def get_field_id(key: str) -> str:
        return field_id(ANCHORS_BY_KEY.get(key, key), rows)

    # The panel is quiet, because submitting a comment form would leave the form of the work.
    return build_comments_panel(request, work, document, get_field_id=get_field_id, is_quiet=True)


class CommentsView(WorkView):
    """Show the newest text with its comments. On POST, add a comment or a reply, or resolve or reopen a thread.

    ``do`` is ``comment``, ``reply:UID``, ``resolve:UID`` or ``reopen:UID``. A client that does not accept HTML gets
    JSON with the comments as HTML, or with the reason for a refusal.
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
            return self._render_json()
        return self.show({"typed": {name: request.GET.get(name, "") for name in FIELDS}})

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(request.user.has_perm(COMMENT_PERMISSION))
        try:
            comment = self._perform_action()
        except RefusedError as refusal:
            error_field = _get_error_field(request, refusal)
            if not request.accepts("text/html"):
                return json_refusal(str(refusal), field=error_field)
            return self.show({"typed": _get_typed_values(request), "error": str(refusal), "error_field": error_field})
        if not request.accepts("text/html"):
            return self._render_json()
        back = safe_next_url(request.POST.get("comment-back", "")) or self.address("comments")
        return redirect(f"{back}#comment-{comment.uid}")

    def show(self, panel_fields: dict[str, Any]) -> HttpResponse:
        panel = build_comments_panel(self.request, self.work, self.document, **panel_fields)
        context = {
            "comments_panel": panel,
            "comments": panel.comments,
            "revision": self.newest,
            "title": f"Comments: {self.work}",
        }
        return self.render(context, status=422 if panel.error else 200)

    def _perform_action(self) -> Comment:
        """Carry out the action in ``do``, and return the comment that it creates or changes.

        Raise Http404 if the action or the thread does not exist, and the errors of the verb that carries out the
        action.
        """
        posted, by, at = self.request.POST, self.by, self.at
        action, _, uid = posted.get("do", "comment").partition(":")
        if action == "comment":
            texts = {name: posted.get(f"comment-{name}", "") for name in FIELDS}
            return add_comment(self.work, **texts, by=by, at=at)
        thread = Comment.objects.of_work(self.work).with_uid(uid).select_related("work").first()
        if thread is None:
            raise Http404
        match action:
            case "reply":
                return add_reply(thread, posted.get(f"reply-{uid}", ""), by=by, at=at)
            case "resolve":
                resolve_thread(thread, by=by, at=at)
            case "reopen":
                reopen_thread(thread, by=by)
            case _:
                raise Http404
        return thread

    def _render_json(self) -> HttpResponse:
        request, work = self.request, self.work
        panel = build_comments_panel(request, work, self.document, is_quiet="quiet" in request.GET)
        html = render_to_string("admin/stories/work/comments.html", {"comments_panel": panel, "work": work}, request)
        return JsonResponse({"html": html, "open": len(panel.comments.open)})


def _get_typed_values(request: HttpRequest) -> dict[str, str]:
    typed = {name: request.POST.get(f"comment-{name}", "") for name in FIELDS}
    _, _, uid = request.POST.get("do", "").partition(":")
    return typed | {"to": uid, "reply": request.POST.get(f"reply-{uid}", "")}


def _get_error_field(request: HttpRequest, refusal: RefusedError) -> str:
    if request.POST.get("do", "").startswith("reply:"):
        return "reply"
    return getattr(refusal, "field", "") or "text"
