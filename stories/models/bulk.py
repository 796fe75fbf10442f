"""One thing done to many works: each through its verb, with what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from stories.models.work import Work


class BulkRun(models.Model):
    """What one person asked to be done to many works. ``verb`` names it, ``said`` holds what they said with it."""

    verb = models.CharField(max_length=20)
    said = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_runs")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.verb


class BulkState(models.TextChoices):
    """What became of one work in a run."""

    WAITS = "waits", "Waits"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class BulkItem(models.Model):
    """One work of a run, with what came of it in words."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="bulk_items")
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.WAITS)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "work"],
                name="bulk_item_once",
                violation_error_message="The work is in this run already.",
            )
        ]

    def __str__(self) -> str:
        return self.words or self.state
