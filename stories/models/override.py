"""Levels of checks, as set by administrators, and overrides of blockers."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from stories.editions.models import Edition


class CheckLevel(models.Model):
    """The level of a check, as set by an administrator. A check without a row has its default level."""

    code = models.CharField(max_length=60, unique=True)
    level = models.CharField(max_length=10)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class OverrideQuerySet(models.QuerySet["Override"]):
    def unreviewed(self) -> Self:
        """Return the overrides that have not been reviewed."""
        return self.filter(reviewed_at=None)

    def oldest_with_editions(self) -> Self:
        """Return the overrides with the related rows that the home page of the desk shows, oldest first."""
        return self.select_related("edition__work", "by").defer("edition__fragments").order_by("at", "pk")

    def reviewed(self) -> Self:
        return self.exclude(reviewed_at=None)


class Override(models.Model):
    """A blocker that was overridden when an edition was published, with the reason and any review by another user."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="overrides")
    code = models.CharField(max_length=60)
    anchor = models.CharField(max_length=200)
    message = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides")
    at = models.DateTimeField(db_default=Now(), editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], name="override_by_date"),
            models.Index(fields=["by", "at"], name="override_by_person"),
            models.Index(fields=["at", "id"], condition=Q(reviewed_at=None), name="override_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="override_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Give a reason for publishing anyway.",
            ),
            models.CheckConstraint(
                name="override_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("by")),
                violation_error_message="Someone else must check this.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} on {self.edition}"
