"""Shared previews: links that show a draft to people without an account, with or without a passcode."""

from stories.drafts.revisions import get_edit_permission
from stories.workflow.shared_previews.open import OpenedLink, SharedWork, open_link
from stories.workflow.shared_previews.passcodes import (
    PASS_LASTS,
    WAIT,
    AttemptResult,
    sign_pass,
    try_passcode,
    verify_pass,
)
from stories.workflow.shared_previews.state import LinkState, ListedLink, links_of, list_links
from stories.workflow.shared_previews.verbs import (
    LONGEST_LIFE,
    RIGHT,
    SHORTEST_PASSCODE,
    NewLink,
    SharingRefusedError,
    count_view,
    create_link,
    may_revoke,
    revoke_link,
)

__all__ = [
    "LONGEST_LIFE",
    "PASS_LASTS",
    "RIGHT",
    "SHORTEST_PASSCODE",
    "WAIT",
    "AttemptResult",
    "LinkState",
    "ListedLink",
    "NewLink",
    "OpenedLink",
    "SharedWork",
    "SharingRefusedError",
    "count_view",
    "create_link",
    "get_edit_permission",
    "links_of",
    "list_links",
    "may_revoke",
    "open_link",
    "revoke_link",
    "sign_pass",
    "try_passcode",
    "verify_pass",
]
