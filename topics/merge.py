"""Merges one topic into another, as curators decide."""

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.entities.merge import merge_entities
from topics.models import Topic


def merge_topics(source: Topic, into: Topic, *, by: User, seen: str = "") -> None:
    """Join ``source`` to ``into``: its names lead there, its address answers 301, drafts stay as they are.

    Where readers have not seen ``source``, they find nothing by its names, and its address leads nowhere until they
    do. What was merged into ``source`` before follows. ``seen`` is the ``mark`` of what somebody decided on. Raises
    NotAllowedError without the right, ValidationError when the two are one, when ``into`` was itself merged away, or when
    one of them changed since ``seen``.
    """
    require(by, "topics.change_topic", "Only curators join topics.")
    merge_entities(source, into, by=by, seen=seen)
