"""Revisions: the document of a work at each save, and their labels."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from stories.models.document import Document
from stories.models.work import Work


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of_desk(self) -> Self:
        """Exclude the revisions that only carry a change over to a pending schedule."""
        return self.filter(of_desk=True)


class Revision(models.Model):
    """A numbered, immutable saved state of a work."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="revisions"
    )
    reason = models.CharField(max_length=300, blank=True)
    of_desk = models.BooleanField(
        default=True, help_text="Saved at the desk, not created by including a change in a scheduled edition."
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "number"],
                name="revision_number_once",
                violation_error_message="Someone saved a revision with this number a moment ago.",
            )
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @property
    def saved_by(self) -> str:
        """A phrase that says who saved the revision, for the start of a sentence."""
        return str(self.created_by or "An import")


class RevisionLabel(models.Model):
    """A name that a user gave to a revision in an earlier release, such as “as sent to the lawyer”.

    Labels are shown and erased, but no longer written.
    """

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="labelled")
    text = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.text
