"""What waits for whom in review: what the home of the desk lists."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from newsroom.accounts.models import User
from stories.desk.standing import with_standing
from stories.models import State, Work


def in_review(*, at: datetime, kinds: Collection[str], limit: int, to: User | None = None) -> list[Any]:
    """Return what is in review, the longest wait first; with ``to`` what was sent to somebody."""
    works = _in(State.IN_REVIEW, at=at, kinds=kinds)
    return list((works.filter(assigned_to=to) if to else works).order_by("reviewed_at", "pk")[:limit])


def returned_to(user: User, *, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return what was returned to ``user``, who sent or owns it, the newest first."""
    theirs = Q(assigned_to=user) | Q(owner=user)
    return list(_in(State.RETURNED, at=at, kinds=kinds).filter(theirs).order_by("-reviewed_at", "-pk")[:limit])


def approved(*, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return what is approved and has not gone out, the longest wait first."""
    return list(_in(State.APPROVED, at=at, kinds=kinds).order_by("reviewed_at", "pk")[:limit])


def _in(state: State, *, at: datetime, kinds: Collection[str]) -> QuerySet[Work]:
    works = Work.objects.on_the_desk().filter(state=state, kind__in=kinds)
    named = works.select_related("story", "faq", "owner", "assigned_to", "reviewed_by", "reviewed_revision")
    found: QuerySet[Work] = with_standing(named, at=at)
    return found
