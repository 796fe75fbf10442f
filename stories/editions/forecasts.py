"""Queries of the forecasts in editions, for lists, counts and the feed."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from newsroom.text.fold import fold


class ForecastQuerySet(models.QuerySet[Any]):
    def live(self, at: datetime) -> Self:
        """Return the forecasts in the editions in force at ``at``, and the rows of withdrawn stories."""
        return self.filter(live_from__lte=at, live_until__gt=at)

    def open_at(self, at: datetime) -> Self:
        """Return the forecasts that are open on pages live at ``at``."""
        return self.live(at).filter(state="open")

    def with_editions(self) -> Self:
        """Load the editions with their documents and works, but without their HTML."""
        return self.select_related("edition__document", "edition__work").defer("edition__fragments")

    def decided(self) -> Self:
        """Return the forecasts that have an outcome or are void."""
        return self.exclude(state="open").filter(decided_on__isnull=False)

    def by_speaker(self, name: str) -> Self:
        return self.filter(speaker_folded=fold(name)[:200])

    def with_pages(self) -> Self:
        """Join what a list needs of the edition."""
        columns = ("uid", "work_kind", "kind", "slug", "language", "direction", "title", "live_from")
        fields = [field.name for field in self.model._meta.concrete_fields]
        return self.select_related("edition").only(*fields, *(f"edition__{name}" for name in columns))

    def list_changes(self, *, at: datetime) -> Self:
        """Return the row with which each forecast was entered, and those with which its state changed, by ``at``.

        Each has ``state_before``, which is empty for the first row of a forecast.
        """
        earlier = self.model._default_manager.filter(
            forecast=OuterRef("forecast"), live_from__lt=OuterRef("live_from"), live_until__gt=F("live_from")
        )
        before = Subquery(earlier.order_by("-live_from").values("state")[:1])
        public = self.filter(live_from__lte=at, live_until__gt=F("live_from"))
        return public.annotate(state_before=Coalesce(before, Value(""))).exclude(state_before=F("state"))
