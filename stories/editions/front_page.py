"""The stories that editors put on the front page, in their order."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from newsroom.http.clock import FOREVER

# How many stories stand at the top of the front page; editors can fill all of it.
PLACES = 7


class FrontPlaceQuerySet(models.QuerySet["FrontPlace"]):
    """Questions about places on the front page."""

    def standing(self, at: datetime) -> Self:
        """Keep the places that have not run out at ``at``."""
        return self.filter(until__gt=at)


class FrontPlace(models.Model):
    """A place that a story has on the front page until just before ``until``.

    Readers' pages read this row: it names the story by its uid alone, and tells nothing that an edition does not tell.
    """

    uid = models.UUIDField(unique=True, help_text="The story's own.")
    position = models.PositiveSmallIntegerField(unique=True, help_text="From 1 on; the first one leads.")
    until = models.DateTimeField(default=FOREVER)

    objects = FrontPlaceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        default_permissions: ClassVar = ("change",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="front_place_from_one",
                condition=Q(position__gte=1),
                violation_error_message="The first place is number 1.",
            )
        ]

    def __str__(self) -> str:
        return f"place {self.position}"
