"""When a page was last looked at with its sources in hand, and when somebody should look again."""

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models


class FreshnessQuerySet(models.QuerySet["Freshness"]):
    """Questions about what is due."""

    def due(self, day: date) -> Self:
        """Keep what should be looked at on ``day`` or before."""
        return self.filter(review_by__lte=day)

    def since(self, day: date | None) -> Self:
        """Leave out what should have been looked at before ``day``; nothing without one."""
        return self.filter(review_by__gte=day) if day else self

    def to_remind(self, day: date) -> Self:
        """Keep what is due on ``day`` or before and of which the owner was not reminded."""
        return self.due(day).filter(reminded_at=None)

    def to_escalate(self, day: date) -> Self:
        """Keep what is due on ``day`` or before and of which the editors do not know."""
        return self.due(day).filter(escalated_at=None)

    def of(self, uid: UUID) -> "Freshness | None":
        """Return what is known of the work of this uid, or None."""
        return self.filter(uid=uid).first()


class Freshness(models.Model):
    """Of the work of this ``uid``: the day it was last checked, and the day by which somebody looks again.

    Readers are told ``checked_on`` once ``review_by`` has passed. It names no row of the desk, so their pages may read it.
    """

    uid = models.UUIDField(unique=True)
    review_by = models.DateField("review by", null=True, blank=True, db_index=True)
    checked_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)

    objects = FreshnessQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.uid}: by {self.review_by}" if self.review_by else str(self.uid)
