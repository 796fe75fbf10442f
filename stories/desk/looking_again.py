"""Which pages somebody should look at again: what the home, the calendar and the worker ask."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from stories.models import Edition, Freshness, Work, WorkKind


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
