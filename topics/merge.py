"""Merge one topic into another."""

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.entities.merge import merge_entities
from topics.models import Topic


def merge_topics(source: Topic, into: Topic, *, by: User, seen: str = "") -> None:
    """Merge ``source`` into ``into``, so that its names and addresses lead to ``into``. Drafts do not change.

    The addresses redirect permanently (301). If readers have never seen ``source``, they find nothing by its names, and
    its address answers 404 until a live edition names ``source``. Topics that were merged into ``source`` earlier are
    merged into ``into`` too. ``seen`` is the digest of the MergePlan that the user saw.

    Raise NotAllowedError if the user may not change topics. Raise ValidationError if both are the same topic, or if one
    of them no longer exists, has already been merged, or has changed since the user saw the plan.
    """
    require_permission(by, "topics.change_topic", "Only curators can merge topics.")
    merge_entities(source, into, by=by, seen=seen)
