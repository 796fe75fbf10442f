"""Whom a comment concerns: those it mentions by name, who owns the text, and who wrote in the thread."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from newsroom.accounts.models import User, people_at_work
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.text.fold import fold
from stories.drafts.publication_status import title_of
from stories.models import Comment

MOST = 20
# A first and a last name, as accounts hold them.
LONGEST_NAME = 301
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_USERNAME = re.compile(r"[\w.+@-]{1,150}")
# A longer name goes on with a letter, a hyphen or an apostrophe; an apostrophe and an s end this one.
_NAME_ENDS = re.compile(r"(?!\w|[-'](?!s\b)\w)")


def mentioned_in(text: str) -> list[User]:
    """Return the people at work whom a text mentions after an @, MOST of them at most, in one query.

    They are mentioned by the name with which they sign in, or by their whole name in any case and with or without
    accents; all who have that name are meant.
    """
    places = [place.end() for place in islice(_AT.finditer(text), 2 * MOST)]
    if not places:
        return []
    mentioned = []
    usernames: set[str] = set()
    after: list[str] = []
    for place in places:
        if username := _USERNAME.match(text, place):
            usernames |= {username[0], username[0].rstrip(".-+@")}
        after.append(fold(text[place : place + LONGEST_NAME]))
    for user in people_at_work():
        name = fold(user.get_full_name())
        if user.username in usernames or (name and any(_begins(words, name) for words in after)):
            mentioned.append(user)
    return mentioned[:MOST]


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and _NAME_ENDS.match(words, len(name)) is not None


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
    say = partial(notify, thing_kind=work.kind, thing_uid=work.uid, address=address, at=at)
    say(named.values(), NoticeKind.MENTION, words=f"{who} mentions you in a comment on “{title}”.")
    did = "answers a comment" if made.parent_id else "comments"
    say(others, NoticeKind.COMMENT, words=f"{who} {did} on “{title}”.")
