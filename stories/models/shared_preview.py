"""Shared previews: links that show a draft to people without an account."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from stories.models.revision import Revision
from stories.models.work import Work


class SharedPreviewQuerySet(models.QuerySet["SharedPreview"]):
    def ended_before(self, moment: datetime) -> Self:
        """Return the links that expired or were revoked before ``moment`` and have no comments."""
        # A link with comments remains, because it identifies the text that they are about. Erasing that text deletes
        # the link and its comments.
        return self.filter(models.Q(ends_at__lt=moment) | models.Q(revoked_at__lt=moment), comments=None)


class SharedPreview(models.Model):
    """A link to a draft. Its token and passcode are stored only as digests.

    Without a ``revision``, the link shows the newest one. ``takes_comments`` allows everybody who has the link to
    comment.
    """

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="shared_previews")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    token_digest = models.CharField(max_length=64, unique=True)
    passcode_digest = models.CharField(max_length=128, blank=True)
    takes_comments = models.BooleanField(default=False, db_default=False)
    ends_at = models.DateTimeField()
    views = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shared_previews")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SharedPreviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.label
