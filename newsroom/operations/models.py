"""The row that the site updates to find out whether the database takes writes."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

_ROW = 1


class PulseQuerySet(models.QuerySet["Pulse"]):
    """The one row."""

    def beat(self) -> None:
        """Write the time of the database into the row, which is made when it is missing."""
        if not self.filter(pk=_ROW).update(beaten_at=Now()):
            self.update_or_create(pk=_ROW, defaults={"beaten_at": Now()})


class Pulse(models.Model):
    """One row that is written again and again, by which ``/readyz`` finds out whether the database takes writes."""

    beaten_at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(name="pulse_is_one_row", condition=models.Q(pk=_ROW))]

    def __str__(self) -> str:
        return str(self.beaten_at)
