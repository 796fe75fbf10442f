"""Which pages somebody should look at again: what the home, the calendar and the worker ask."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from stories.models import Edition, Freshness, Work


def with_dates(works: QuerySet[Any]) -> QuerySet[Any]:
    """Add to each work the day by which somebody looks at it (``review_by``) and that of the last look (``checked_on``)."""
    dates = Freshness.objects.filter(uid=OuterRef("uid"))
    dated: QuerySet[Any] = works.annotate(
        review_by=Subquery(dates.values("review_by")[:1]), checked_on=Subquery(dates.values("checked_on")[:1])
    )
    return dated


def to_look_at(*, until: date, at: datetime, since: date | None = None, owner: User | None = None) -> QuerySet[Any]:
    """Return the works that readers see at ``at`` and somebody looks at again by ``until``, the longest due first.

    With ``since`` those of an earlier day are left out, with ``owner`` those of others.
    """
    due = Freshness.objects.due(until)
    live = Edition.objects.live(at).filter(work=OuterRef("pk"))
    works = Work.objects.on_the_desk().filter(uid__in=due.since(since).values("uid")).filter(Exists(live))
    named = with_dates((works.filter(owner=owner) if owner else works).select_related("story", "faq", "owner"))
    return named.order_by("review_by", "pk")
