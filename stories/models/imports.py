"""Imported texts, recorded so that no text is imported into the same work twice."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from stories.models.document import Document
from stories.models.work import Work


class ImportQuerySet(models.QuerySet["Import"]):
    def finished_before(self, moment: datetime) -> Self:
        """Return the imports before ``moment`` that have notes, or that are not the last of their format and work."""
        return self.filter(models.Q(_is_followed()) | ~models.Q(notes=[]), at__lt=moment)

    def tidy(self) -> int:
        """Delete these imports.

        If no later text of the same format was imported into the work, delete only the notes. Return the number of
        deleted and changed imports.
        """
        # The last import remains, because the next text from the same origin is compared with it.
        followed = list(self.filter(_is_followed()).values_list("pk", flat=True))
        deleted, _ = Import.objects.filter(pk__in=followed).delete()
        return deleted + self.update(notes=[])


def _is_followed() -> Exists:
    """Return the condition that a later text of the same format was imported into the work."""
    later = models.Q(at__gt=OuterRef("at")) | models.Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    return Exists(Import.objects.filter(later, work=OuterRef("work"), format=OuterRef("format")).order_by())


class Import(models.Model):
    """An imported text: the digest of its file, the work, and the document on which the next import is based."""

    digest = models.CharField(max_length=64)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="imports")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=300, blank=True)
    format = models.CharField(max_length=10)
    notes = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest", "work"],
                name="import_once",
                violation_error_message="This text has already been imported.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.digest[:12]
