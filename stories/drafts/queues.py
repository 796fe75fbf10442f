"""What waits for whom in review: what the home of the desk lists."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from newsroom.accounts.models import User
from stories.drafts.publication_status import with_publication_status
from stories.models import AutosaveSlot, Comment, Edition, Freshness, State, Work, WorkKind


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
    found: QuerySet[Work] = with_publication_status(named, at=at)
    return found


def with_dates(works: QuerySet[Any]) -> QuerySet[Any]:
    """Add to each work the day by which somebody looks at it (``review_by``) and that of the last look (``checked_on``)."""
    dates = Freshness.objects.filter(uid=OuterRef("uid"))
    dated: QuerySet[Any] = works.annotate(
        review_by=Subquery(dates.values("review_by")[:1]), checked_on=Subquery(dates.values("checked_on")[:1])
    )
    return dated


def dated(key: int) -> Any:
    """Return the work of this key that has a day for the next look, with its dates; None where it has none, or is in the bin."""
    works = with_dates(Work.objects.on_the_desk().select_related("story", "faq", "owner"))
    return works.filter(pk=key, review_by__isnull=False).first()


def to_look_at(
    *,
    until: date,
    at: datetime,
    since: date | None = None,
    owner: User | None = None,
    kinds: Collection[str] = WorkKind.values,
    limit: int | None = None,
) -> list[Any]:
    """Return the works that readers see at ``at`` and somebody looks at again by ``until``, the longest due first.

    With ``limit`` the first so many; with ``since`` those of an earlier day are left out, with ``owner`` those of others, with ``kinds`` other kinds.
    """
    live = Edition.objects.live(at).filter(work=OuterRef("pk"))
    works = Work.objects.on_the_desk().filter(Exists(live), kind__in=kinds)
    if owner:
        works = works.filter(owner=owner)
    # The days are walked in their order: what is due first is looked at first, and no further than somebody asks.
    due = Freshness.objects.due(until).since(since).filter(Exists(works.filter(uid=OuterRef("uid"))))
    uids = list(due.order_by("review_by", "pk").values_list("uid", flat=True)[:limit])
    named = Work.objects.filter(uid__in=uids).select_related("story", "faq", "owner")
    found = {work.uid: work for work in with_dates(named)} if uids else {}
    return [found[uid] for uid in uids if uid in found]


def mentions_of(user: User, *, kinds: Collection[str]) -> list[Comment]:
    """Return the comments in threads that are open still which mention ``user``, on works of these kinds, the oldest first."""
    is_open = Q(parent=None, resolved_at=None) | Q(parent__isnull=False, parent__resolved_at=None)
    found = Comment.objects.filter(is_open, mentions=user, work__binned_at=None, work__kind__in=kinds)
    return list(found.select_related("work__story", "work__faq").order_by("made_at", "pk"))


def unsaved_of(user: User) -> list[AutosaveSlot]:
    """Return where ``user`` left text that is not saved yet, the newest first, each work once; of new ones each."""
    slots = AutosaveSlot.objects.holding().by_person(user).select_related("work__story", "work__faq")
    found: dict[object, AutosaveSlot] = {}
    for slot in slots:
        if slot.work is None or slot.work.binned_at is None:
            found.setdefault(slot.work_id or f"new {slot.pk}", slot)
    return list(found.values())
