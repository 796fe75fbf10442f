"""Comments on works: anchored to words that are found again after edits, in threads, with notifications."""

from stories.workflow.comments.anchors import Anchor, Location, Texts
from stories.workflow.comments.mentions import find_mentioned_users
from stories.workflow.comments.threads import (
    AnchorState,
    Comments,
    MarkedPiece,
    Thread,
    comments_on,
    comments_over_link,
)
from stories.workflow.comments.verbs import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_QUOTE,
    RIGHT,
    CommentRefusedError,
    add_comment,
    add_outside_comment,
    add_reply,
    address_of,
    may_comment,
    reopen_thread,
    resolve_thread,
)

__all__ = [
    "LONGEST",
    "LONGEST_NAME",
    "LONGEST_QUOTE",
    "RIGHT",
    "Anchor",
    "AnchorState",
    "CommentRefusedError",
    "Comments",
    "Location",
    "MarkedPiece",
    "Texts",
    "Thread",
    "add_comment",
    "add_outside_comment",
    "add_reply",
    "address_of",
    "comments_on",
    "comments_over_link",
    "find_mentioned_users",
    "may_comment",
    "reopen_thread",
    "resolve_thread",
]
