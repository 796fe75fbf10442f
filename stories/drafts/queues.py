"""The lists on the home page of the desk: works by review state, review dates, mentions and unsaved text."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from newsroom.accounts.models import User
from stories.drafts.publication_status import annotate_publication_status
from stories.models import AutosaveSlot, Comment, Edition, Freshness, State, Work, WorkKind


def list_in_review(*, at: datetime, kinds: Collection[str], limit: int, to: User | None = None) -> list[Any]:
    """Return the works in review, longest waiting first. If ``to`` is given, return only works sent to that user."""
    works = _list_in_state(State.IN_REVIEW, at=at, kinds=kinds)
    return list((works.filter(assigned_to=to) if to else works).order_by("reviewed_at", "pk")[:limit])


def list_returned(user: User, *, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return the returned works that ``user`` sent for review or owns, most recently returned first."""
    sent_or_owned = Q(assigned_to=user) | Q(owner=user)
    works = _list_in_state(State.RETURNED, at=at, kinds=kinds).filter(sent_or_owned)
    return list(works.order_by("-reviewed_at", "-pk")[:limit])


def list_approved(*, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return the works that are approved but not yet published, longest waiting first."""
    return list(_list_in_state(State.APPROVED, at=at, kinds=kinds).order_by("reviewed_at", "pk")[:limit])


def _list_in_state(state: State, *, at: datetime, kinds: Collection[str]) -> QuerySet[Work]:
    works = Work.objects.outside_trash().filter(state=state, kind__in=kinds)
    related = works.select_related("story", "faq", "owner", "assigned_to", "reviewed_by", "reviewed_revision")
    annotated: QuerySet[Work] = annotate_publication_status(related, at=at)
    return annotated


def annotate_review_dates(works: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each work with its review date (``review_by``) and the day of its last check (``checked_on``)."""
    dates = Freshness.objects.filter(uid=OuterRef("uid"))
    annotated: QuerySet[Any] = works.annotate(
        review_by=Subquery(dates.values("review_by")[:1]), checked_on=Subquery(dates.values("checked_on")[:1])
    )
    return annotated


def get_with_review_date(key: int) -> Any:
    """Return the work with this primary key and its review date.

    Return None if the work has no review date or is in the trash.
    """
    works = annotate_review_dates(Work.objects.outside_trash().select_related("story", "faq", "owner"))
    return works.filter(pk=key, review_by__isnull=False).first()


def list_due_for_review(
    *,
    until: date,
    at: datetime,
    since: date | None = None,
    owner: User | None = None,
    kinds: Collection[str] = WorkKind.values,
    limit: int | None = None,
) -> list[Any]:
    """Return the works that are live at ``at`` and whose review date is ``until`` or earlier, earliest first.

    If ``since``, ``owner`` or ``kinds`` is given, leave out earlier review dates, other owners or other kinds. If
    ``limit`` is given, return at most that many works.
    """
    live = Edition.objects.live(at).filter(work=OuterRef("pk"))
    works = Work.objects.outside_trash().filter(Exists(live), kind__in=kinds)
    if owner:
        works = works.filter(owner=owner)
    # Rows are read in the order of the index of review dates, only until ``limit`` of them match.
    due = Freshness.objects.due(until).not_before(since).filter(Exists(works.filter(uid=OuterRef("uid"))))
    uids = list(due.order_by("review_by", "pk").values_list("uid", flat=True)[:limit])
    rows = Work.objects.filter(uid__in=uids).select_related("story", "faq", "owner")
    by_uid = {work.uid: work for work in annotate_review_dates(rows)} if uids else {}
    return [by_uid[uid] for uid in uids if uid in by_uid]


def list_mentions(user: User, *, kinds: Collection[str]) -> list[Comment]:
    """Return the comments in open threads that mention ``user``, on works of these kinds, oldest first."""
    is_open = Q(parent=None, resolved_at=None) | Q(parent__isnull=False, parent__resolved_at=None)
    comments = Comment.objects.filter(is_open, mentions=user, work__binned_at=None, work__kind__in=kinds)
    return list(comments.select_related("work__story", "work__faq").order_by("made_at", "pk"))


def list_unsaved(user: User) -> list[AutosaveSlot]:
    """Return the autosave slots that contain unsaved text by ``user``, newest first.

    Include only the newest slot of each existing work, all slots of new works, and none of works in the trash.
    """
    slots = AutosaveSlot.objects.with_text().of_user(user).select_related("work__story", "work__faq")
    slots_by_work: dict[object, AutosaveSlot] = {}
    for slot in slots:
        if slot.work is None or slot.work.binned_at is None:
            slots_by_work.setdefault(slot.work_id or f"new {slot.pk}", slot)
    return list(slots_by_work.values())
