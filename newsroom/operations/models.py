"""The row that a health check updates, the state of the site, the last runs of retention rules, backups and drills."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

ROW = 1  # the key of each single row


class PulseQuerySet(models.QuerySet["Pulse"]):
    """QuerySet for the single row."""

    def write(self) -> None:
        """Store the current time of the database in the row. Create the row if it is missing."""
        if not self.filter(pk=ROW).update(beaten_at=Now()):
            self.update_or_create(pk=ROW, defaults={"beaten_at": Now()})


class Pulse(models.Model):
    """A single row that ``/readyz`` updates to test whether the database accepts writes."""

    beaten_at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    class Meta:
        verbose_name = "heartbeat"
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(name="pulse_is_one_row", condition=models.Q(pk=ROW))]

    def __str__(self) -> str:
        return str(self.beaten_at)


class SiteStatus(models.TextChoices):
    """The state of the site: live, being restored, or quiet (it serves requests, but sends nothing yet)."""

    LIVE = "live", "Live"
    RESTORING = "restoring", "Being restored"
    QUIET = "quiet", "Quiet"


class SiteStateQuerySet(models.QuerySet["SiteState"]):
    """Queries for the single row. Without a row, the site is live."""

    def restoring(self) -> Self:
        return self.filter(status=SiteStatus.RESTORING)

    def quiet(self) -> Self:
        """Return the row if nothing may be sent: the site was restored, or is being restored."""
        return self.exclude(status=SiteStatus.LIVE)


class SiteState(models.Model):
    """The state of the site in a single row, which ``newsroom.operations.site_state`` changes."""

    status = models.CharField(max_length=12, choices=SiteStatus)
    restored_at = models.DateTimeField(null=True)

    objects = SiteStateQuerySet.as_manager()

    class Meta:
        verbose_name = "state of the site"
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(name="sitestate_is_one_row", condition=models.Q(pk=ROW)),
            models.CheckConstraint(
                name="sitestate_is_quiet_after_restore",
                condition=~models.Q(status=SiteStatus.QUIET) | models.Q(restored_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class TidyRunQuerySet(models.QuerySet["TidyRun"]):
    """QuerySet for the last runs of the retention rules."""

    def store(self, runs: "Iterable[TidyRun]") -> None:
        """Store these runs, each replacing the last run of its rule. This takes at most one query."""
        columns = ["ended_at", "deleted", "error"]
        self.bulk_create(runs, update_conflicts=True, unique_fields=["name"], update_fields=columns)


class TidyRun(models.Model):
    """The last run of a retention rule: when it ended, how many objects it deleted, and the class of its error."""

    name = models.CharField(max_length=40, primary_key=True)
    ended_at = models.DateTimeField()
    deleted = models.PositiveBigIntegerField()
    error = models.CharField(max_length=100, blank=True)

    objects = TidyRunQuerySet.as_manager()

    class Meta:
        verbose_name = "clean-up"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Backup(models.Model):
    """A complete backup of this site. ``taken_at`` is the time up to which the backup contains all changes."""

    name = models.CharField(max_length=32)
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    is_quick = models.BooleanField()
    fault_count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        get_latest_by = "taken_at"
        indexes: ClassVar = [models.Index(fields=["-taken_at"], name="backup_by_time")]

    def __str__(self) -> str:
        return self.name


class Drill(models.Model):
    """A drill: a trial restore of a backup. ``seconds`` is its duration, and ``sentence`` describes the result."""

    backup = models.CharField(max_length=32)
    began_at = models.DateTimeField()
    seconds = models.FloatField()
    has_passed = models.BooleanField()
    sentence = models.TextField()

    class Meta:
        default_permissions = ()
        get_latest_by = "began_at"
        indexes: ClassVar = [models.Index(fields=["-began_at"], name="drill_by_time")]

    def __str__(self) -> str:
        return self.sentence
