"""Shared previews: links that show a draft to people without an account, with or without a passcode."""

from stories.drafts.revisions import get_edit_permission
from stories.workflow.shared_previews.open import OpenedLink, SharedWork, open_link
from stories.workflow.shared_previews.passcodes import (
    MAX_ATTEMPTS_INTERVAL,
    PASS_LIFETIME,
    AttemptResult,
    sign_pass,
    try_passcode,
    verify_pass,
)
from stories.workflow.shared_previews.state import LinkState, ListedLink, get_links, list_links
from stories.workflow.shared_previews.verbs import (
    DEFAULT_LIFETIME,
    MAX_LIFETIME,
    MIN_PASSCODE_LENGTH,
    SHARE_PERMISSION,
    NewLink,
    SharingRefusedError,
    count_view,
    create_link,
    may_revoke,
    revoke_link,
)

__all__ = [
    "DEFAULT_LIFETIME",
    "MAX_ATTEMPTS_INTERVAL",
    "MAX_LIFETIME",
    "MIN_PASSCODE_LENGTH",
    "PASS_LIFETIME",
    "SHARE_PERMISSION",
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
    "get_links",
    "list_links",
    "may_revoke",
    "open_link",
    "revoke_link",
    "sign_pass",
    "try_passcode",
    "verify_pass",
]
