"""Merging of one topic into another."""

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.entities.merge import merge_entities
from topics.models import Topic


def merge_topics(source: Topic, into: Topic, *, by: User, seen: str = "") -> None:
    """Merge ``source`` into ``into``: its names lead there, its address answers 301, drafts do not change.

    If readers have not seen ``source``, they find nothing by its names, and its address leads nowhere until they do.
    Topics that were merged into ``source`` before follow. ``seen`` is the digest of the MergePlan that the user saw.

    Raise NotAllowedError without the permission. Raise ValidationError if both are the same topic, if one of them was
    merged already, or if one of them changed since ``seen``.
    """
    require_permission(by, "topics.change_topic", "Only curators join topics.")
    merge_entities(source, into, by=by, seen=seen)
