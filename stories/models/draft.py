"""Rows that lists and search at the desk use to find drafts by time, words and publication status."""

from typing import ClassVar

from django.db import models

from stories.models.work import Work


class Draft(models.Model):
    """The time at which a work was last saved.

    The words of the newest revision are indexed too, in a form that depends on the database. Only the desk searches
    this index; readers have another one.
    """

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    kind = models.CharField(max_length=10)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["kind", "saved_at", "work"], name="draft_saved_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.work_id}"


class PossibleStanding(models.Model):
    """A publication status that a work has now or may have later. Most works have only one.

    Lists use these rows to find the works that may have a given status, and then read the editions of these works to
    determine their current status. ``saved_at`` is the time of the last save. ``stories.drafts.status_index`` writes
    these rows.
    """

    standing = models.CharField(max_length=10)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="possible_standings")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "possible publication status"
        verbose_name_plural = "possible publication statuses"
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["standing", "saved_at", "work"], name="standing_saved_last")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standing", "work"],
                name="standing_possible_once",
                violation_error_message="This status is already recorded for this page.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.standing}"
