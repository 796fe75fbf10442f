"""Verbs of comments: comment, reply, resolve and reopen, with permission checks and audit entries."""

import unicodedata
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http.client_ip import client_prefix
from newsroom.http.rate_limits import acquire_slots
from stories.drafts import revisions
from stories.models import Comment, Revision, SharedPreview, Work
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.workflow.comments.anchors import AROUND, Anchor, Texts
from stories.workflow.comments.mentions import find_mentioned_users, notify_of_comment
from stories.workflow.shared_previews.open import SharedWork, open_link
from stories.workflow.shared_previews.verbs import view_right

RIGHT = "stories.comment_on_work"
LONGEST = 5_000
LONGEST_QUOTE = 1_000
LONGEST_NAME = 80
_LEFT_OUT = frozenset({"Cc", "Cs"})


class CommentRefusedError(RefusedError):
    """The comment was refused; the message says what to correct, ``field`` names the field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def may_comment(user: User, work: Work) -> bool:
    """Return whether the user may comment on the work."""
    return user.is_active and user.has_perms((RIGHT, view_right(work.kind)))


def address_of(comment: Comment) -> str:
    """Return the desk's address of a comment."""
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
    """Comment on ``work``, on the text at ``place``, or on the words ``quote`` in it; notify the users concerned.

    The comment refers to the newest revision, which must contain ``quote``. ``before`` and ``after`` distinguish
    several occurrences. Raise NotAllowedError without permission, and NotCommentedError if the comment is empty or too
    long, or if the words are not found.
    """
    locked = _locked(work, by)
    words = _said(text)
    newest = revisions.get_newest_revision(locked)
    texts = Texts.of(newest.document.value() if newest else None)
    anchor = _anchor(texts, place=place, quote=_plain(quote), before=before, after=after)
    made = Comment.objects.create(
        work=locked,
        place=anchor.place,
        quote=anchor.quote,
        before=anchor.before,
        after=anchor.after,
        revision=newest.number if newest else 0,
        author=by,
        author_label=str(by)[:200],
        text=words,
        made_at=at,
    )
    _follow_up(made, by=by, at=at, verb="commented")
    return made


@transaction.atomic
def add_reply(to: Comment, text: str, *, by: User, at: datetime) -> Comment:
    """Reply in the thread of a comment; a resolved thread is reopened. Raise as ``comment`` does."""
    locked = _locked(to.work, by)
    first = _first_of(to)
    newest = revisions.get_newest_revision(locked)
    made = Comment.objects.create(
        work=locked,
        parent=first,
        revision=newest.number if newest else 0,
        author=by,
        author_label=str(by)[:200],
        text=_said(text),
        made_at=at,
    )
    if first.resolved_at is not None:
        _set_resolved(first, None, None)
    _follow_up(made, by=by, at=at, verb="answered")
    return made


@transaction.atomic
def resolve_thread(thread: Comment, *, by: User, at: datetime) -> None:
    """Resolve a thread; do nothing if it is resolved already. Raise NotAllowedError without permission."""
    locked = _locked(thread.work, by)
    first = _first_of(thread)
    if first.resolved_at is None:
        _set_resolved(first, at, by)
        Event.objects.write(locked.kind, locked.uid, "comment resolved", by=by, after={"comment": first.pk})


@transaction.atomic
def reopen_thread(thread: Comment, *, by: User) -> None:
    """Reopen a resolved thread; do nothing if it is open. Raise NotAllowedError without permission."""
    locked = _locked(thread.work, by)
    first = _first_of(thread)
    if first.resolved_at is not None:
        _set_resolved(first, None, None)
        Event.objects.write(locked.kind, locked.uid, "comment opened again", by=by, after={"comment": first.pk})


@transaction.atomic
def add_outside_comment(
    link: SharedPreview, token: str, work: Work, text: str, *, at: datetime, shown: int, name: str = "", quote: str = ""
) -> Comment:
    """Comment on ``work`` for somebody who has the ``token`` of the link and saw the revision numbered ``shown``.

    If the link never showed that revision, the comment refers to what it shows now. Its author is the label of the
    link, with the given name. Marked words that are not found in the draft are stored as given. The caller checks the
    passcode.

    Raise NotCommentedError if the link takes no comments or no longer opens this work, and if the comment is empty or
    too long.
    """
    Work.objects.select_for_update().filter(pk=work.pk).first()
    SharedPreview.objects.select_for_update().filter(pk=link.pk).first()
    here = open_link(token, at=at)
    pieces = {here.main.work.pk: here.main, **{p.work.pk: p for p in here.questions().values()}} if here else {}
    piece = pieces.get(work.pk)
    if here is None or here.link.pk != link.pk or not here.link.takes_comments or piece is None:
        raise CommentRefusedError("", "This link takes no comments any more.")
    words, marked = _said(text), _plain(quote)[:LONGEST_QUOTE]
    saw = _seen_over(here.link, piece, shown)
    texts = Texts.of(saw.document.value() if saw else piece.document)
    located = texts.locate_copied(marked, piece.document.language) if marked else None
    anchor = located or Anchor("", marked)
    who = f"{here.link.label}: {given}" if (given := _plain(name)[:LONGEST_NAME]) else here.link.label
    made = Comment.objects.create(
        work=piece.work,
        place=anchor.place,
        quote=anchor.quote,
        before=anchor.before,
        after=anchor.after,
        revision=saw.number if saw else piece.revision,
        author_label=who[:200],
        link=here.link,
        text=words,
        made_at=at,
    )
    after: dict[str, object] = {"comment": made.pk, "label": here.link.label}
    Event.objects.write(piece.work.kind, piece.work.uid, "comment taken in", by=None, after=after)
    notify_of_comment(made, [], address=address_of(made), at=at, made_by=here.link.made_by)
    return made


def _seen_over(link: SharedPreview, piece: SharedWork, number: int) -> Revision | None:
    """Return the revision with this number if it was the newest draft at some time since the link was made, else None.

    A link to a pinned revision shows no other, so return None.
    """
    saw = None if link.revision_id else revisions.get_revision(piece.work, number)
    if saw is None or not saw.of_desk:
        return None
    # People with the link must not find out whether other revisions contain given words.
    later = revisions.list_later_revisions(saw)
    return saw if not later or later[0].created_at >= link.made_at else None


def _locked(work: Work, by: User) -> Work:
    require_permission(by, RIGHT, "You may not comment.")
    require_permission(by, view_right(work.kind), "You may not see this.")
    locked = Work.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=work.pk).first()
    if locked is None:
        raise InvalidStateError("This is not here any more.")
    if locked.binned_at is not None:
        raise CommentRefusedError("", "This lies in the bin. Take it out before somebody comments on it.")
    return locked


def _first_of(comment: Comment) -> Comment:
    """Return the current first comment of the thread."""
    first = Comment.objects.filter(pk=comment.parent_id or comment.pk).select_related("author", "link__made_by").first()
    if first is None:
        raise InvalidStateError("This comment is not here any more.")
    return first


def _set_resolved(first: Comment, at: datetime | None, by: User | None) -> None:
    first.resolved_at, first.resolved_by = at, by
    first.save(update_fields=["resolved_at", "resolved_by"])


def _follow_up(made: Comment, *, by: User, at: datetime, verb: str) -> None:
    mentioned = find_mentioned_users(made.text)
    made.mentions.set(mentioned)
    Event.objects.write(made.work.kind, made.work.uid, verb, by=by, after={"comment": made.pk})
    notify_of_comment(made, mentioned, address=address_of(made), at=at)


def _anchor(texts: Texts, *, place: str, quote: str, before: str, after: str) -> Anchor:
    if not quote:
        if place and place not in texts.by_key:
            raise CommentRefusedError(
                "place", "That part is not in what was saved last. Save first, or choose another."
            )
        return Anchor(place, "")
    if len(quote) > LONGEST_QUOTE:
        raise CommentRefusedError("quote", f"A comment is about {LONGEST_QUOTE:,} characters at most: mark fewer.")
    anchor = Anchor(place, quote, _plain(before)[-AROUND:], _plain(after)[:AROUND])
    if found := texts.anchor_exactly(anchor):
        return found
    raise CommentRefusedError(
        "quote",
        "These words are not in what was saved last, or stand there more than once. Save first, mark a few words more, "
        "or comment on the whole part.",
    )


def _said(text: str) -> str:
    words = _plain(text)
    if not words:
        raise CommentRefusedError("text", "Write what you want to say.")
    if len(words) > LONGEST:
        raise CommentRefusedError("text", f"A comment has at most {LONGEST:,} characters; this one has {len(words):,}.")
    return words


def _plain(text: str) -> str:
    """Return the text with line ends normalised and control characters removed."""
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in written if one in "\n\t" or unicodedata.category(one) not in _LEFT_OUT).strip()


MOST_BY_ONE = 20
MOST_BY_LINK = 100
WAIT = 60 * 60  # seconds


def acquire_comment_slot(link: SharedPreview, address: str) -> bool:
    """Return whether one more comment may come in over ``link`` from this network address.

    A comment takes one of ``MOST_BY_ONE`` slots of the network address and one of ``MOST_BY_LINK`` of the link, for
    ``WAIT`` seconds. If either has none left, it takes neither.
    """
    connection = salted_hmac("stories.commenting", client_prefix(address), algorithm="sha256").hexdigest()
    wanted = ((f"comment:{connection}", MOST_BY_ONE), (f"comment:link:{link.pk}", MOST_BY_LINK))
    return acquire_slots(wanted, seconds=WAIT)
