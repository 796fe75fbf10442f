"""Whom a comment concerns: those it mentions by ``@username``, who owns the text, and who wrote in the thread."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from newsroom.accounts.models import User, people_at_work
from newsroom.notices.models import NoticeKind
from newsroom.notices.telling import tell
from stories.desk.standing import title_of
from stories.models import Comment

MOST = 20
_MENTION = re.compile(r"(?<![\w@.])@([\w.+@-]{1,150})")


def mentioned_in(text: str) -> list[User]:
    """Return the people at work whom a text mentions by their names for signing in, MOST of them at most."""
    wanted: dict[str, None] = {}
    for name in _MENTION.findall(text):
        wanted |= dict.fromkeys((name, name.rstrip(".-+@")))
    if not wanted:
        return []
    return list(people_at_work().filter(username__in=list(wanted)[: 2 * MOST])[:MOST])


def tell_of(
    made: Comment, mentioned: Iterable[User], *, address: str, at: datetime, made_by: User | None = None
) -> None:
    """Tell whom a new comment mentions, and then who owns the text, began or joined the thread, or made the link."""
    work, author = made.work, made.author
    named = {user.pk: user for user in mentioned if user != author}
    concerned: dict[int, User] = {}
    if work.owner_id and work.owner:
        concerned[work.owner_id] = work.owner
    if made_by:
        concerned[made_by.pk] = made_by
    if made.parent:
        thread = [made.parent, *made.parent.replies.select_related("author")]
        concerned |= {one.author.pk: one.author for one in thread if one.author}
        if made.parent.link:
            concerned[made.parent.link.made_by_id] = made.parent.link.made_by
    others = [user for key, user in concerned.items() if key not in named and user != author and user.is_active]
    who, title = made.author_label, title_of(work)
    say = partial(tell, thing_kind=work.kind, thing_uid=work.uid, address=address, at=at)
    say(named.values(), NoticeKind.MENTION, words=f"{who} mentions you in a comment on “{title}”.")
    did = "answers a comment" if made.parent_id else "comments"
    say(others, NoticeKind.COMMENT, words=f"{who} {did} on “{title}”.")
