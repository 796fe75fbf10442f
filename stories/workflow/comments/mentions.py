"""Find the users whom a comment mentions, and notify them, the owner of the work and participants in the thread."""

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

MAX_MENTIONS = 20
# The maximum length of a full name: a first and a last name (150 characters each), and a space.
_MAX_FULL_NAME_LENGTH = 301
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_USERNAME = re.compile(r"[\w.+@-]{1,150}")
# A word character continues the name, and so does a hyphen or an apostrophe before a word character. A final “'s” is
# not part of it.
_NAME_ENDS = re.compile(r"(?!\w|[-'](?!s\b)\w)")


def find_mentioned_users(text: str) -> list[User]:
    """Return the active users whom a text mentions after an @, at most ``MAX_MENTIONS``. This takes at most one query.

    Users are mentioned by username, or by full name regardless of case and accents. A full name mentions all users who
    have it.
    """
    starts = [match.end() for match in islice(_AT.finditer(text), 2 * MAX_MENTIONS)]
    if not starts:
        return []
    users = []
    usernames: set[str] = set()
    texts_after_at: list[str] = []
    for start in starts:
        if username := _USERNAME.match(text, start):
            usernames |= {username[0], username[0].rstrip(".-+@")}
        texts_after_at.append(fold(text[start : start + _MAX_FULL_NAME_LENGTH]))
    for user in active_users():
        name = fold(user.get_full_name())
        if user.username in usernames or (name and any(_begins_with_name(words, name) for words in texts_after_at)):
            users.append(user)
    return users[:MAX_MENTIONS]


def _begins_with_name(words: str, name: str) -> bool:
    return words.startswith(name) and _NAME_ENDS.match(words, len(name)) is not None


def notify_of_comment(
    comment: Comment, mentioned: Iterable[User], *, address: str, at: datetime, link_creator: User | None = None
) -> None:
    """Notify the mentioned users and other participants of a new comment, except its author.

    Other participants are the owner of the work, the authors in the thread, and the user who shared the preview in
    which the thread began. For the first comment of a thread, that user is ``link_creator``.
    """
    work, author = comment.work, comment.author
    mentioned_users = {user.pk: user for user in mentioned if user != author}
    participants: dict[int, User] = {}
    if work.owner_id and work.owner:
        participants[work.owner_id] = work.owner
    if link_creator:
        participants[link_creator.pk] = link_creator
    if comment.parent:
        thread = [comment.parent, *comment.parent.replies.select_related("author")]
        participants |= {each.author.pk: each.author for each in thread if each.author}
        if comment.parent.link:
            participants[comment.parent.link.made_by_id] = comment.parent.link.made_by
    others = [
        user for key, user in participants.items() if key not in mentioned_users and user != author and user.is_active
    ]
    who, title = comment.author_label, get_title(work)
    notify_users = partial(notify, thing_kind=work.kind, thing_uid=work.uid, address=address, at=at)
    notify_users(mentioned_users.values(), NoticeKind.MENTION, words=f"{who} mentioned you in a comment on “{title}”.")
    action = "answered a comment" if comment.parent_id else "commented"
    notify_users(others, NoticeKind.COMMENT, words=f"{who} {action} on “{title}”.")
