"""Verbs for comments: comment, reply, resolve and reopen, with permission checks and audit entries."""

import unicodedata
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.digests import make_digest
from newsroom.http.client_ip import client_prefix
from newsroom.http.rate_limits import acquire_slots
from stories.drafts import revisions
from stories.models import IN_TRASH, Comment, Revision, SharedPreview, Work, WorkErasedError
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.workflow.comments.anchors import CONTEXT_LENGTH, Anchor, DocumentTexts
from stories.workflow.comments.mentions import (
    describe_unknown_name,
    find_mentioned_users,
    list_mentionable_users,
    notify_of_comment,
)
from stories.workflow.shared_previews.open import SharedWork, open_link
from stories.workflow.shared_previews.verbs import get_view_permission

COMMENT_PERMISSION = "stories.comment_on_work"
MAX_LENGTH = 5_000
MAX_QUOTE_LENGTH = 1_000
MAX_NAME_LENGTH = 80
# Unicode categories of the characters that are removed, except line feeds and tabs: control characters and surrogates.
_REMOVED_CATEGORIES = frozenset({"Cc", "Cs"})


class CommentRefusedError(RefusedError):
    """Raised when a comment is refused; the message says what to correct, and ``field`` names the form field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def may_comment(user: User, work: Work) -> bool:
    """Return whether the user may comment on the work."""
    return user.is_active and user.has_perms((COMMENT_PERMISSION, get_view_permission(work.kind)))


def get_comment_address(comment: Comment) -> str:
    """Return the address of a comment at the desk."""
    return f"{reverse(comment.work.view_name('comments'), args=[comment.work_id])}#comment-{comment.uid}"


@transaction.atomic
def add_comment(
    work: Work,
    text: str,
    *,
    by: User,
    at: datetime,
    place: str = "",
    quote: str = "",
    before: str = "",
    after: str = "",
) -> Comment:
    """Comment on ``work``, on the text at ``place``, or on the words ``quote`` in it; notify users. Return the comment.

    The comment refers to the newest revision, which must contain ``quote``. ``before`` and ``after``, the surrounding
    text, distinguish several occurrences. Raise NotAllowedError if the user may not comment. Raise CommentRefusedError
    if the comment is empty, if the comment or ``quote`` is too long, if it mentions a name that nobody has, or if the
    place or the words cannot be identified.
    Also raise it if the work is in the trash. Raise WorkErasedError if the work was erased.
    """
    locked = _lock_work(work, by)
    cleaned_text = _clean_text(text)
    _check_names(cleaned_text, locked)
    newest = revisions.get_newest_revision(locked)
    texts = DocumentTexts.from_document(newest.document.value() if newest else None)
    anchor = _build_anchor(texts, place=place, quote=_normalise(quote), before=before, after=after)
    comment = Comment.objects.create(
        work=locked,
        place=anchor.place,
        quote=anchor.quote,
        before=anchor.before,
        after=anchor.after,
        revision=newest.number if newest else 0,
        author=by,
        author_label=str(by)[:200],
        text=cleaned_text,
        made_at=at,
    )
    _record_and_notify(comment, by=by, at=at, verb="commented")
    return comment


@transaction.atomic
def add_reply(to: Comment, text: str, *, by: User, at: datetime) -> Comment:
    """Reply in the thread of a comment, and return the reply; reopen the thread if it is resolved. Notify users.

    Raise the errors of ``add_comment``, and InvalidStateError if the comment no longer exists.
    """
    locked = _lock_work(to.work, by)
    first = _load_first_comment(to)
    newest = revisions.get_newest_revision(locked)
    cleaned_text = _clean_text(text)
    _check_names(cleaned_text, locked)
    reply = Comment.objects.create(
        work=locked,
        parent=first,
        revision=newest.number if newest else 0,
        author=by,
        author_label=str(by)[:200],
        text=cleaned_text,
        made_at=at,
    )
    if first.resolved_at is not None:
        _set_resolved(first, None, None)
    _record_and_notify(reply, by=by, at=at, verb="answered")
    return reply


@transaction.atomic
def resolve_thread(thread: Comment, *, by: User, at: datetime) -> None:
    """Resolve a thread, unless it is already resolved.

    Raise the errors of ``add_reply``, except those about the text.
    """
    locked = _lock_work(thread.work, by)
    first = _load_first_comment(thread)
    if first.resolved_at is None:
        _set_resolved(first, at, by)
        Event.objects.write(locked.kind, locked.uid, "comment resolved", by=by, after={"comment": first.pk})


@transaction.atomic
def reopen_thread(thread: Comment, *, by: User) -> None:
    """Reopen a thread, unless it is already open. Raise the errors of ``add_reply``, except those about the text."""
    locked = _lock_work(thread.work, by)
    first = _load_first_comment(thread)
    if first.resolved_at is not None:
        _set_resolved(first, None, None)
        Event.objects.write(locked.kind, locked.uid, "comment opened again", by=by, after={"comment": first.pk})


@transaction.atomic
def add_outside_comment(
    link: SharedPreview,
    token: str,
    work: Work,
    text: str,
    *,
    at: datetime,
    shown_revision: int,
    name: str = "",
    quote: str = "",
) -> Comment:
    """Comment on ``work`` for a person without an account, who has the ``token`` of the link.

    Return the comment, and notify users. ``shown_revision`` is the number of the revision that the person saw. If the
    link never showed that revision, the comment refers to the current one. The author is the label of the link,
    followed by ``name`` if it is given. Quoted words that are not found in the draft are stored as given. The caller
    must check the passcode.

    Raise CommentRefusedError if the link does not allow comments or no longer opens this work, or if the comment is
    empty or too long.
    """
    Work.objects.select_for_update().filter(pk=work.pk).first()
    SharedPreview.objects.select_for_update().filter(pk=link.pk).first()
    opened = open_link(token, at=at)
    shared_works = [opened.main, *opened.questions().values()] if opened else []
    shared_work = next((each for each in shared_works if each.work.pk == work.pk), None)
    if opened is None or opened.link.pk != link.pk or not opened.link.takes_comments or shared_work is None:
        raise CommentRefusedError("", "Comments are closed for this link.")
    cleaned_text, copied = _clean_text(text), _normalise(quote)[:MAX_QUOTE_LENGTH]
    revision = _get_shown_revision(opened.link, shared_work, shown_revision)
    texts = DocumentTexts.from_document(revision.document.value() if revision else shared_work.document)
    located = texts.locate_copied(copied, shared_work.document.language) if copied else None
    anchor = located or Anchor("", copied)
    given_name = _normalise(name)[:MAX_NAME_LENGTH]
    author_label = f"{opened.link.label}: {given_name}" if given_name else opened.link.label
    comment = Comment.objects.create(
        work=shared_work.work,
        place=anchor.place,
        quote=anchor.quote,
        before=anchor.before,
        after=anchor.after,
        revision=revision.number if revision else shared_work.revision,
        author_label=author_label[:200],
        link=opened.link,
        text=cleaned_text,
        made_at=at,
    )
    after: dict[str, object] = {"comment": comment.pk, "label": opened.link.label}
    Event.objects.write(shared_work.work.kind, shared_work.work.uid, "comment taken in", by=None, after=after)
    notify_of_comment(comment, [], address=get_comment_address(comment), at=at, link_creator=opened.link.made_by)
    return comment


def _get_shown_revision(link: SharedPreview, shared_work: SharedWork, number: int) -> Revision | None:
    """Return the revision with this number if the link has shown it as the newest draft, otherwise None.

    A link to a pinned revision never shows the newest draft.
    """
    revision = None if link.revision_id else revisions.get_revision(shared_work.work, number)
    if revision is None or not revision.of_desk:
        return None
    # People with the link must not find out whether other revisions contain given words.
    later = revisions.list_later_revisions(revision)
    return revision if not later or later[0].created_at >= link.made_at else None


def _lock_work(work: Work, by: User) -> Work:
    require_permission(by, COMMENT_PERMISSION, "You don’t have permission to comment.")
    require_permission(by, get_view_permission(work.kind), "You don’t have permission to see this page.")
    locked = Work.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=work.pk).first()
    if locked is None:
        raise WorkErasedError
    if locked.binned_at is not None:
        raise CommentRefusedError("", IN_TRASH)
    return locked


def _check_names(text: str, work: Work) -> None:
    """Raise CommentRefusedError if a mention is the name of nobody."""
    if message := describe_unknown_name(text, list_mentionable_users(work)):
        raise CommentRefusedError("text", message)


def _load_first_comment(comment: Comment) -> Comment:
    """Return the first comment of the thread; raise InvalidStateError if it no longer exists."""
    first = Comment.objects.filter(pk=comment.parent_id or comment.pk).select_related("author", "link__made_by").first()
    if first is None:
        raise InvalidStateError("This comment has been deleted.")
    return first


def _set_resolved(first: Comment, at: datetime | None, by: User | None) -> None:
    first.resolved_at, first.resolved_by = at, by
    first.save(update_fields=["resolved_at", "resolved_by"])


def _record_and_notify(comment: Comment, *, by: User, at: datetime, verb: str) -> None:
    """Store the mentions of a new comment, write its audit entry and notify users."""
    mentioned_users = find_mentioned_users(comment.text, list_mentionable_users(comment.work))
    comment.mentions.set(mentioned_users)
    Event.objects.write(comment.work.kind, comment.work.uid, verb, by=by, after={"comment": comment.pk})
    notify_of_comment(comment, mentioned_users, address=get_comment_address(comment), at=at)


def _build_anchor(texts: DocumentTexts, *, place: str, quote: str, before: str, after: str) -> Anchor:
    if not quote:
        if place and place not in texts.by_key:
            raise CommentRefusedError("place", "That part isn’t in the last saved text. Save first, or choose another.")
        return Anchor(place, "")
    if len(quote) > MAX_QUOTE_LENGTH:
        raise CommentRefusedError(
            "quote", f"A comment can quote at most {MAX_QUOTE_LENGTH:,} characters. Select fewer."
        )
    anchor = Anchor(place, quote, _normalise(before)[-CONTEXT_LENGTH:], _normalise(after)[:CONTEXT_LENGTH])
    if rebuilt := texts.rebuild_anchor(anchor):
        return rebuilt
    raise CommentRefusedError(
        "quote",
        "These words aren’t in the last saved text, or occur more than once. Save first, or select more words.",
    )


def _clean_text(text: str) -> str:
    """Return the normalised text; raise CommentRefusedError if it is empty or too long."""
    cleaned = _normalise(text)
    if not cleaned:
        raise CommentRefusedError("text", "Write a comment.")
    if len(cleaned) > MAX_LENGTH:
        raise CommentRefusedError(
            "text", f"A comment has at most {MAX_LENGTH:,} characters; this one has {len(cleaned):,}."
        )
    return cleaned


def _normalise(text: str) -> str:
    """Return the text with normalised line ends, without surrounding white space or unwanted characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        each for each in lines if each in "\n\t" or unicodedata.category(each) not in _REMOVED_CATEGORIES
    ).strip()


MAX_COMMENTS_BY_ADDRESS = 20
MAX_COMMENTS_BY_LINK = 100
SLOT_LIFETIME = 60 * 60  # seconds


def acquire_comment_slot(link: SharedPreview, address: str) -> bool:
    """Acquire the slots for one more comment through ``link`` from this network address; return whether they were free.

    A comment occupies one of ``MAX_COMMENTS_BY_ADDRESS`` slots of the network address and one of
    ``MAX_COMMENTS_BY_LINK`` slots of the link, for ``SLOT_LIFETIME`` seconds. If either has no free slot, the comment
    occupies neither.
    """
    address_digest = make_digest("stories.commenting", client_prefix(address))
    slots = (
        (f"comment:{address_digest}", MAX_COMMENTS_BY_ADDRESS),
        (f"comment:link:{link.pk}", MAX_COMMENTS_BY_LINK),
    )
    return acquire_slots(slots, seconds=SLOT_LIFETIME)
