"""Runs in which the HTML of all editions is made again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Rerendering(models.Model):
    """One run: while it is not finished, the guards let the HTML of editions change; it goes on after ``last_edition``."""

    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    last_edition = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"Rendering {self.pk}"
