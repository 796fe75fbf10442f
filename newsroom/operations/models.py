"""The row that a health check updates to test whether the database accepts writes."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

_ROW = 1


class PulseQuerySet(models.QuerySet["Pulse"]):
    """QuerySet for the single row."""

    def write(self) -> None:
        """Store the current time of the database in the row. Create the row if it is missing."""
        if not self.filter(pk=_ROW).update(beaten_at=Now()):
            self.update_or_create(pk=_ROW, defaults={"beaten_at": Now()})


class Pulse(models.Model):
    """A single row that ``/readyz`` updates to test whether the database accepts writes."""

    beaten_at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    class Meta:
        verbose_name = "heartbeat"
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(name="pulse_is_one_row", condition=models.Q(pk=_ROW))]

    def __str__(self) -> str:
        return str(self.beaten_at)
