"""What waits for whom in review: what the home of the desk lists."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from newsroom.accounts.models import User
from stories.desk.standing import with_standing
from stories.models import State, Work


def to_review(user: User, *, at: datetime) -> list[Any]:
    """Return what is in review and waits for ``user``: what was sent to them first, then what is open to all reviewers.

    What they sent themselves is somebody else's to read. The longest wait comes first.
    """
    mine_or_open = Q(assigned_to=user) | (Q(assigned_to=None) & ~Q(reviewed_by=user))
    return list(
        _in(State.IN_REVIEW, at=at)
        .filter(mine_or_open)
        .order_by(F("assigned_to").asc(nulls_last=True), "reviewed_at", "pk")
    )


def returned_to(user: User, *, at: datetime) -> list[Any]:
    """Return what was returned to ``user``, who sent or owns it, the newest first."""
    theirs = Q(assigned_to=user) | Q(owner=user)
    return list(_in(State.RETURNED, at=at).filter(theirs).order_by("-reviewed_at", "-pk"))


def approved(*, at: datetime) -> list[Any]:
    """Return what is approved and has not gone out, the longest wait first."""
    return list(_in(State.APPROVED, at=at).order_by("reviewed_at", "pk"))


def _in(state: State, *, at: datetime) -> QuerySet[Work]:
    works = Work.objects.on_the_desk().filter(state=state)
    named = works.select_related("story", "faq", "owner", "assigned_to", "reviewed_by", "reviewed_revision")
    found: QuerySet[Work] = with_standing(named, at=at)
    return found
