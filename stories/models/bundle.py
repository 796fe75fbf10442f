"""Bundles: works that are published together or not at all."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from stories.models.work import Work


class BundleQuerySet(models.QuerySet["Bundle"]):
    def with_pk(self, key: int) -> "Bundle | None":
        """Return the bundle with this primary key, or None."""
        return self.filter(pk=key).first()


class Bundle(models.Model):
    """A list of works that are published together.

    ``sent_at`` is the time when an editor published or scheduled the bundle. ``live_from`` is the time when its
    editions go live.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bundles")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    live_from = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    works = models.ManyToManyField(Work, through="stories.BundleMember", related_name="bundles")

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bundle_undone_was_sent",
                condition=Q(undone_at=None) | Q(sent_at__isnull=False),
                violation_error_message="Only a published bundle can be undone.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BundleMember(models.Model):
    """A work in a bundle."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="members")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="memberships")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bundle", "work"],
                name="bundle_holds_work_once",
                violation_error_message="This page is already in the bundle.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work} in {self.bundle}"
