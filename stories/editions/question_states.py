"""Queries for the states of questions: which are open, and which changed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

# The states of a question that is not answered, or not fully.
UNANSWERED = ("open", "partly")


class QuestionStateQuerySet(models.QuerySet[Any, Any]):
    def live(self, at: datetime) -> Self:
        """Return the states in the editions that are live at ``at``."""
        return self.filter(live_from__lte=at, live_until__gt=at)

    def unanswered(self) -> Self:
        """Return the states of questions that are open or partly answered."""
        return self.filter(state__in=UNANSWERED)

    def changes(self, *, since: datetime, at: datetime) -> Self:
        """Return the first row of the present state of each question whose state changed after ``since``, by ``at``.

        Each question is still live at ``at``, in the edition with the key ``live_edition``. A question that was never
        open and is published as answered has not changed. The newest change comes first.
        """
        rows = self.model._default_manager.filter(uid=OuterRef("uid"), live_until__gt=F("live_from")).order_by()
        earlier = rows.filter(live_from__lt=OuterRef("live_from")).order_by("-live_from")
        later = rows.filter(live_from__gt=OuterRef("live_from"), live_from__lte=at).exclude(state=OuterRef("state"))
        live = rows.filter(state=OuterRef("state"), live_from__lte=at, live_until__gt=at)
        begun = self.filter(live_from__gt=since, live_from__lte=at, live_until__gt=F("live_from")).exclude(state="")
        annotated = begun.annotate(
            state_before=Coalesce(Subquery(earlier.values("state")[:1]), Value("")),
            live_edition=Subquery(live.values("edition")[:1]),
        )
        return (
            annotated.exclude(state_before=F("state"))
            .exclude(~Q(state_before__in=UNANSWERED), state="answered")
            .filter(IsNull(Subquery(later.values("pk")[:1]), True), live_edition__isnull=False)
            .order_by("-live_from", "-uid")
        )


def find_newest_day(days: Iterable[str | None], *, updated_at: datetime) -> date:
    """Return the newest of the as-of dates of answers, which are in ISO 8601, or the day of ``updated_at``."""
    return max((date.fromisoformat(day) for day in days if day), default=updated_at.date())
