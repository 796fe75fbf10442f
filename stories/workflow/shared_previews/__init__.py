"""Shared previews: links that show a draft to people without an account, with or without a passcode."""

from stories.drafts.revisions import edit_right
from stories.workflow.shared_previews.open import Opened, Piece, opened
from stories.workflow.shared_previews.passcodes import PASS_LASTS, WAIT, Trial, is_pass, pass_for, try_passcode
from stories.workflow.shared_previews.state import LinkState, Listed, links_of, listed
from stories.workflow.shared_previews.verbs import (
    LONGEST_LIFE,
    RIGHT,
    SHORTEST_PASSCODE,
    Made,
    NotSharedError,
    count_view,
    may_revoke,
    revoke,
    share,
)

__all__ = [
    "LONGEST_LIFE",
    "PASS_LASTS",
    "RIGHT",
    "SHORTEST_PASSCODE",
    "WAIT",
    "LinkState",
    "Listed",
    "Made",
    "NotSharedError",
    "Opened",
    "Piece",
    "Trial",
    "count_view",
    "edit_right",
    "is_pass",
    "links_of",
    "listed",
    "may_revoke",
    "opened",
    "pass_for",
    "revoke",
    "share",
    "try_passcode",
]
