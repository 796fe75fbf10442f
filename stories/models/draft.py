"""What the desk's search knows of each work. The words of its newest revision lie beside it, in each database's own way."""

from typing import ClassVar

from django.db import models

from stories.models.work import Work


class Draft(models.Model):
    """When a work was saved last; its words are found by editors only, never by readers, who have an index of their own."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    kind = models.CharField(max_length=10)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["kind", "saved_at", "work"], name="draft_saved_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.work_id}"


class PossibleStanding(models.Model):
    """A way in which a work stands with its readers now, or will once a time has come: of most works there is one.

    Lists look here first, so that they find the few that stand so among all works; how a work stands now its editions
    say. ``saved_at`` is when it was saved last. ``stories.drafts.status_index`` keeps it.
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
