"""Views of lists that people keep."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

MOST_SHOWN = 100


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Questions about kept views."""

    def within_sight(self, person: AbstractUser, listing: str) -> Self:
        """Keep the views of one list that a person has, and those that somebody shares, with whose they are."""
        seen = self.filter(Q(owner=person.pk) | Q(is_shared=True), listing=listing)
        return seen.select_related("owner").order_by("name", "pk")[:MOST_SHOWN]

    def of(self, person: AbstractUser, listing: str) -> Self:
        """Keep the views of one list that a person has."""
        return self.filter(owner=person.pk, listing=listing)


class SavedView(models.Model):
    """A list as somebody wants to see it again. ``listing`` is the label of its model, ``query`` what stands behind ``?``.

    The one without a name holds the columns that a person chose for the list itself.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=2_000, blank=True)
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField("for everybody at the desk", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["listing"], name="saved_view_of_listing")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"],
                name="saved_view_once",
                violation_error_message="You have a view of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
