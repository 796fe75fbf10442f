"""Saved views of changelists."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

MAX_VIEWS_SHOWN = 100


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Queries for saved views."""

    def visible_to(self, person: AbstractUser, listing: str) -> Self:
        """Return a user's own views of a changelist and the shared ones, with owners, at most ``MAX_VIEWS_SHOWN``."""
        views = self.filter(Q(owner=person.pk) | Q(is_shared=True), listing=listing)
        return views.select_related("owner").order_by("name", "pk")[:MAX_VIEWS_SHOWN]

    def owned_by(self, person: AbstractUser, listing: str) -> Self:
        """Return a user's own views of a changelist."""
        return self.filter(owner=person.pk, listing=listing)


class SavedView(models.Model):
    """A saved view of a changelist. ``listing`` is the label of its model, and ``query`` is the query string.

    The view without a name contains the columns that a user chose for the changelist itself.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=2_000, blank=True)
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField("shared with everyone at the desk", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["listing"], name="saved_view_of_listing")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"],
                name="saved_view_once",
                violation_error_message="You already have a view with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
