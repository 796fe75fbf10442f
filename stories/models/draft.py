"""Rows from which the desk's lists and search find drafts by time and publication status."""

from typing import ClassVar

from django.db import models

from stories.models.work import Work


class Draft(models.Model):
    """The time at which a work was last saved.

    The words of its newest revision are indexed beside it, in a form of each database. Only the desk searches them:
    readers have an index of their own.
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
    """A publication status that a work has now or will have once a time has come; most works have one such row.

    Lists filter by these rows first, to find the few works of one status among all. The editions of a work decide what
    its status is now. ``saved_at`` is when the work was last saved. ``stories.drafts.status_index`` writes these rows.
    """

    standing = models.CharField(max_length=10)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="possible_standings")
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["standing", "saved_at", "work"], name="standing_saved_last")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standing", "work"],
                name="standing_possible_once",
                violation_error_message="That this work may stand so is known.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.standing}"
