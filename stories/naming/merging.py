"""Makes two outlets one."""

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from stories.models import Outlet
from topics.merging import merge_named

RIGHT_TO_MERGE = "stories.change_outlet"


def merge_outlets(source: Outlet, into: Outlet, *, by: User, seen: str = "") -> None:
    """Join ``source`` to ``into``, as ``topics.merging.merge`` does for topics: past editions keep the printed name.

    Raises NotAllowedError without the right, ValidationError when the two are one, when one was merged away before, or when
    one of them changed since ``seen``.
    """
    require(by, RIGHT_TO_MERGE, "Only curators join outlets.")
    merge_named(source, into, by=by, seen=seen)
