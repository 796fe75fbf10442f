"""Bulk actions: one verb for many works, and the outcome for each of them."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Count, Q

from stories.models.work import Work


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def of_user(self, person: AbstractUser) -> Self:
        """Return the runs that ``person`` prepared, newest first."""
        return self.filter(by=person.pk).order_by("-pk")

    def not_begun(self) -> Self:
        """Return the runs that have not begun."""
        return self.filter(begun_at=None)

    def running(self) -> Self:
        """Return the runs that have begun but not ended."""
        return self.filter(begun_at__isnull=False, ended_at=None)

    def ended_before(self, moment: datetime) -> Self:
        """Return the runs that ended before ``moment``."""
        return self.filter(ended_at__lt=moment)

    def with_counts(self) -> Self:
        """Annotate each run with the number of its works (``size``), and with how many are ``done`` and ``refused``."""
        return self.annotate(
            size=Count("items"),
            done=Count("items", filter=Q(items__state=BulkState.DONE)),
            refused=Count("items", filter=Q(items__state=BulkState.REFUSED)),
        )


class BulkRun(models.Model):
    """A bulk action of a user on many works; ``said`` contains the options for ``verb``.

    A run is prepared when the user selects the works. It begins at ``begun_at``, when the user has chosen the options.
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
    """The state of a work in a run: not processed yet, done or refused."""

    WAITS = "waits", "To do"
    DONE = "done", "Done"
    REFUSED = "refused", "Skipped"


class BulkItemQuerySet(models.QuerySet["BulkItem"]):
    def unprocessed(self) -> Self:
        """Return the items that have not been processed yet, in order."""
        return self.filter(state=BulkState.WAITS).order_by("pk")

    def after(self, key: int) -> Self:
        """Return the items whose primary key is greater than ``key``."""
        return self.filter(pk__gt=key)

    def in_state(self, state: str) -> Self:
        """Return the items in ``state`` with their stories or questions, in order."""
        return self.filter(state=state).select_related("work__story", "work__faq").order_by("pk")

    def lock(self, key: int) -> "BulkItem | None":
        """Lock and return the item with this primary key, or None if it no longer exists."""
        return self.select_for_update(of=("self",)).filter(pk=key).first()

    def store_outcome(self, key: int, state: str, words: str) -> None:
        """Store the outcome of an item and its explanation."""
        self.filter(pk=key).update(state=state, words=words)


class BulkItem(models.Model):
    """A work in a run, with the outcome, which ``words`` explains.

    ``seen`` is the number of the newest revision of the work when the run was prepared.
    """

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
                violation_error_message="This page is already selected for this action.",
            )
        ]

    def __str__(self) -> str:
        return self.words or self.state
