"""Imported texts, recorded so that no text is imported into the same work twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from stories.models.document import Document
from stories.models.work import Work


class Import(models.Model):
    """An imported text: its digest, the work into which it was imported, and the resulting document."""

    digest = models.CharField(max_length=64)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="imports")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=300, blank=True)
    format = models.CharField(max_length=10)
    notes = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest", "work"],
                name="import_once",
                violation_error_message="This text was taken in already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.digest[:12]
