"""The stories that editors place on the front page, in order."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from newsroom.http.clock import FOREVER

# The number of stories at the top of the front page. Editors can fill all of these places.
FRONT_PAGE_PLACES = 7


class FrontPlaceQuerySet(models.QuerySet["FrontPlace"]):
    def in_force(self, at: datetime) -> Self:
        """Return the places that have not expired at ``at``."""
        return self.filter(until__gt=at)


class FrontPlace(models.Model):
    """The place of a story on the front page, which expires at ``until``.

    Public pages read this row. It refers to the story by uid only, so it discloses nothing that is not in an edition.
    """

    uid = models.UUIDField(unique=True, help_text="The uid of the story.")
    position = models.PositiveSmallIntegerField(unique=True, help_text="Position 1 leads the front page.")
    until = models.DateTimeField(default=FOREVER)

    objects = FrontPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "position on the front page"
        verbose_name_plural = "positions on the front page"
        ordering: ClassVar = ["position"]
        default_permissions: ClassVar = ("change",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="front_place_from_one",
                condition=Q(position__gte=1),
                violation_error_message="Positions start at 1.",
            )
        ]

    def __str__(self) -> str:
        return f"position {self.position}"
