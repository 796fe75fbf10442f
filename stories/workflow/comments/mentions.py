"""Notifications of comments: to mentioned users, to the owner of the work, and to the participants of the thread."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from newsroom.accounts.models import User, active_users
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.text.fold import fold
from stories.drafts.publication_status import get_title
from stories.models import Comment

MOST = 20
# The longest first and last name of an account, with a space.
LONGEST_NAME = 301
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_USERNAME = re.compile(r"[\w.+@-]{1,150}")
# A letter, a hyphen or an apostrophe continues a longer name; an apostrophe followed by s ends this one.
_NAME_ENDS = re.compile(r"(?!\w|[-'](?!s\b)\w)")


def find_mentioned_users(text: str) -> list[User]:
    """Return the active users whom a text mentions after an @, at most ``MOST``, in one query.

    They are mentioned by username, or by full name without regard to case and accents. A full name mentions all users
    who have it.
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
    for user in active_users():
        name = fold(user.get_full_name())
        if user.username in usernames or (name and any(_begins(words, name) for words in after)):
            mentioned.append(user)
    return mentioned[:MOST]


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and _NAME_ENDS.match(words, len(name)) is not None


def notify_of_comment(
    made: Comment, mentioned: Iterable[User], *, address: str, at: datetime, made_by: User | None = None
) -> None:
    """Notify mentioned users of a new comment, then the owner, the thread's participants and the maker of the link."""
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
    who, title = made.author_label, get_title(work)
    say = partial(notify, thing_kind=work.kind, thing_uid=work.uid, address=address, at=at)
    say(named.values(), NoticeKind.MENTION, words=f"{who} mentions you in a comment on “{title}”.")
    did = "answers a comment" if made.parent_id else "comments"
    say(others, NoticeKind.COMMENT, words=f"{who} {did} on “{title}”.")
