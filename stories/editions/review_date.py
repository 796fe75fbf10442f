"""Review dates: when a page was last checked against its sources, and when it should be checked again."""

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models


class FreshnessQuerySet(models.QuerySet["Freshness"]):
    def due(self, day: date) -> Self:
        """Return the review dates on or before ``day``."""
        return self.filter(review_by__lte=day)

    def not_before(self, day: date | None) -> Self:
        """Return the review dates on or after ``day``, or all rows if ``day`` is None."""
        return self.filter(review_by__gte=day) if day else self

    def to_remind(self, day: date) -> Self:
        """Return the rows that are due on or before ``day`` and whose owner has not been reminded."""
        return self.due(day).filter(reminded_at=None)

    def to_escalate(self, day: date) -> Self:
        """Return the rows that are due on or before ``day`` and have not been escalated to the editors."""
        return self.due(day).filter(escalated_at=None)

    def of(self, uid: UUID) -> "Freshness | None":
        """Return the row of the work with this uid, or None."""
        return self.filter(uid=uid).first()


class Freshness(models.Model):
    """The day on which the work ``uid`` was last checked, and the day by which it should be checked again.

    Readers see ``checked_on``, or the day of a later update; without a check, they see the latter once ``review_by``
    has passed. The row has no foreign key to a table of the desk, so public pages may read it.
    """

    uid = models.UUIDField(unique=True)
    review_by = models.DateField("review by", null=True, blank=True, db_index=True)
    checked_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)

    objects = FreshnessQuerySet.as_manager()

    class Meta:
        verbose_name = "review date"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.uid}: by {self.review_by}" if self.review_by else str(self.uid)
