"""When a page was last looked at with its sources in hand, and when somebody should look again."""

from datetime import date
from typing import Self

from django.db import models


class FreshnessQuerySet(models.QuerySet["Freshness"]):
    """Questions about what is due."""

    def due(self, day: date) -> Self:
        """Keep what should be looked at on ``day`` or before."""
        return self.filter(review_by__lte=day)


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
