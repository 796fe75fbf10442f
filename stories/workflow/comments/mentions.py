"""Find the users whom a comment mentions, and notify them, the owner of the work and participants in the thread."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from itertools import islice

from django.db.models import QuerySet

from newsroom.accounts.models import User, active_users, users_with_permission
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.text.fold import fold
from stories.drafts.publication_status import get_title
from stories.models import Comment, Work, WorkKind

MAX_MENTIONS = 20
# The maximum length of a full name: a first and a last name (150 characters each), and a space.
_MAX_FULL_NAME_LENGTH = 301
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_MARKS = ".-+@"
_MAX_SUGGESTIONS = 3
_USERNAME = re.compile(r"[\w.+@-]{1,150}")
# A word character continues the name, and so does a hyphen or an apostrophe before a word character. A final “'s” is
# not part of it.
_NAME_ENDS = re.compile(r"(?!\w|[-'](?!s\b)\w)")


@dataclass(frozen=True, slots=True)
class _Mention:
    """What follows an @: the longest possible username, and the folded text that may begin with a full name."""

    username: str
    words: str

    def is_of(self, user: User) -> bool:
        """Return whether this is the username of the user, or their full name regardless of case and accents."""
        if user.username in (self.username, self.username.rstrip(_MARKS)):
            return True
        name = fold(user.get_full_name())
        return bool(name) and self.words.startswith(name) and _NAME_ENDS.match(self.words, len(name)) is not None


def _list_mentions(text: str) -> list[_Mention]:
    mentions = []
    for match in islice(_AT.finditer(text), 2 * MAX_MENTIONS):
        start = match.end()
        username = _USERNAME.match(text, start)
        if username and not username[0].rstrip(_MARKS).isdecimal():  # “[@3]” cites a source
            mentions.append(_Mention(username[0], fold(text[start : start + _MAX_FULL_NAME_LENGTH])))
    return mentions


def list_mentionable_users(work: Work) -> QuerySet[User]:
    """Return the active users who may read ``work`` at the desk, with their roles."""
    permission = f"stories.view_{'story' if work.kind == WorkKind.STORY else 'faq'}"
    return users_with_permission(permission).prefetch_related("groups")


def find_mentioned_users(text: str, people: Iterable[User] | None = None) -> list[User]:
    """Return the users whom a text mentions after an @, at most ``MAX_MENTIONS``. This takes at most one query.

    ``people`` are the users who can be mentioned: all active users, if it is None. A full name mentions all users who
    have it.
    """
    mentions = _list_mentions(text)
    if not mentions:
        return []
    users = active_users() if people is None else people
    return [user for user in users if any(mention.is_of(user) for mention in mentions)][:MAX_MENTIONS]


def describe_unknown_name(text: str, people: Iterable[User]) -> str:
    """Return a sentence about the first mention that is the name of nobody, or "".

    It names those of ``people`` who may be meant. The name of somebody who has left is no mistake.
    """
    mentions = _list_mentions(text)
    known = list(User.objects.all()) if mentions else []
    unknown = next((each for each in mentions if not any(each.is_of(user) for user in known)), None)
    if unknown is None:
        return ""
    written = unknown.username.rstrip(_MARKS)
    meant = [str(user) for user in people if _is_similar(fold(written), user)][:_MAX_SUGGESTIONS]
    return f"No one is called “@{written}”." + (f" Did you mean {' or '.join(meant)}?" if meant else "")


def _is_similar(written: str, user: User) -> bool:
    names = [*fold(user.get_full_name()).split(), fold(user.get_full_name()), fold(user.username)]
    return any(name.startswith(written) for name in names) or bool(get_close_matches(written, names, 1, 0.75))


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
