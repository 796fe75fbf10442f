"""One thing done to many works: each through its verb, with what came of it."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Count, Q

from stories.models.work import Work


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    """Questions about runs."""

    def of(self, person: AbstractUser) -> Self:
        """Keep what this person asked for, the newest first."""
        return self.filter(by=person.pk).order_by("-pk")

    def prepared(self) -> Self:
        """Keep what was never begun."""
        return self.filter(begun_at=None)

    def begun(self) -> Self:
        """Keep what was begun and has not ended."""
        return self.filter(begun_at__isnull=False, ended_at=None)

    def counting(self) -> Self:
        """Add to each run how many works it has, and how many of them are done and refused."""
        return self.annotate(
            size=Count("items"),
            done=Count("items", filter=Q(items__state=BulkState.DONE)),
            refused=Count("items", filter=Q(items__state=BulkState.REFUSED)),
        )


class BulkRun(models.Model):
    """What one person asked to be done to many works. ``verb`` names it, ``said`` holds what they said with it.

    It is prepared until ``begun_at``, when the person has said what the verb needs to know.
    """

    verb = models.CharField(max_length=20)
    said = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_runs")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.verb


class BulkState(models.TextChoices):
    """What became of one work in a run."""

    WAITS = "waits", "Waits"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class BulkItemQuerySet(models.QuerySet["BulkItem"]):
    """Questions about the works of runs."""

    def waiting(self) -> Self:
        """Keep the works whose turn has not come, in their order."""
        return self.filter(state=BulkState.WAITS).order_by("pk")

    def after(self, key: int) -> Self:
        """Keep the works that come after this one."""
        return self.filter(pk__gt=key)

    def settled(self, state: str) -> Self:
        """Keep the works of which this became, with what they are."""
        return self.filter(state=state).select_related("work__story", "work__faq").order_by("pk")

    def lock(self, key: int) -> "BulkItem | None":
        """Return one work of a run, locked, or None where it was erased meanwhile."""
        return self.select_for_update(of=("self",)).filter(pk=key).first()

    def settle(self, key: int, state: str, words: str) -> None:
        """Write down what became of a work."""
        self.filter(pk=key).update(state=state, words=words)


class BulkItem(models.Model):
    """One work of a run, with what came of it in words; ``seen`` is the revision that it had when the run was prepared."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="bulk_items")
    seen = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.WAITS)
    words = models.TextField(blank=True)

    objects = BulkItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["run", "state", "id"], name="bulk_item_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "work"],
                name="bulk_item_once",
                violation_error_message="The work is in this run already.",
            )
        ]

    def __str__(self) -> str:
        return self.words or self.state
