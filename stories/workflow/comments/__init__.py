"""Comments on works: anchored to words that are found again after edits, in threads, with notifications."""

from stories.workflow.comments.anchors import Anchor, Located, Texts
from stories.workflow.comments.mentions import mentioned_in
from stories.workflow.comments.threads import About, Comments, Marked, Thread, of, over
from stories.workflow.comments.verbs import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_QUOTE,
    RIGHT,
    NotCommentedError,
    address_of,
    comment,
    comment_from_outside,
    may_comment,
    reopen,
    reply,
    resolve,
)

__all__ = [
    "LONGEST",
    "LONGEST_NAME",
    "LONGEST_QUOTE",
    "RIGHT",
    "About",
    "Anchor",
    "Comments",
    "Located",
    "Marked",
    "NotCommentedError",
    "Texts",
    "Thread",
    "address_of",
    "comment",
    "comment_from_outside",
    "may_comment",
    "mentioned_in",
    "of",
    "over",
    "reopen",
    "reply",
    "resolve",
]
