"""Comments on works, in threads and with notifications. A comment may be anchored to words that can move or change."""

from stories.workflow.comments.anchors import Anchor, DocumentTexts, Location
from stories.workflow.comments.mentions import find_mentioned_users, list_mentionable_users
from stories.workflow.comments.threads import (
    AnchorState,
    Comments,
    MarkedPiece,
    Thread,
    load_comments,
    load_comments_of_link,
)
from stories.workflow.comments.verbs import (
    COMMENT_PERMISSION,
    MAX_LENGTH,
    MAX_NAME_LENGTH,
    MAX_QUOTE_LENGTH,
    CommentRefusedError,
    add_comment,
    add_outside_comment,
    add_reply,
    get_comment_address,
    may_comment,
    reopen_thread,
    resolve_thread,
)

__all__ = [
    "COMMENT_PERMISSION",
    "MAX_LENGTH",
    "MAX_NAME_LENGTH",
    "MAX_QUOTE_LENGTH",
    "Anchor",
    "AnchorState",
    "CommentRefusedError",
    "Comments",
    "DocumentTexts",
    "Location",
    "MarkedPiece",
    "Thread",
    "add_comment",
    "add_outside_comment",
    "add_reply",
    "find_mentioned_users",
    "get_comment_address",
    "list_mentionable_users",
    "load_comments",
    "load_comments_of_link",
    "may_comment",
    "reopen_thread",
    "resolve_thread",
]
