"""What the site records about itself: its state, alerts, processes, gauges, runs of rules, backups and drills."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

ROW = 1  # the primary key in tables with a single row
MAX_BACKUP_NAME_LENGTH = 32  # characters


class PulseQuerySet(models.QuerySet["Pulse"]):
    """Queries for the single row."""

    def write(self) -> None:
        """Store the current time of the database in the row. Create the row if it is missing."""
        if not self.filter(pk=ROW).update(beaten_at=Now()):
            self.update_or_create(pk=ROW, defaults={"beaten_at": Now()})

    def write_evaluation(self, at: datetime) -> None:
        """Store the time at which the alerts were evaluated. Create the row if it is missing."""
        if not self.filter(pk=ROW).update(evaluated_at=at):
            self.update_or_create(pk=ROW, defaults={"beaten_at": Now(), "evaluated_at": at})

    def evaluated_at(self) -> datetime | None:
        """Return the time at which the alerts were last evaluated, or None if they never were."""
        return self.filter(pk=ROW).values_list("evaluated_at", flat=True).first()


class Pulse(models.Model):
    """A table of one row, which ``/readyz`` updates to test whether the database accepts writes.

    ``evaluated_at`` is the time at which the alerts were last evaluated.
    """

    beaten_at = models.DateTimeField()
    evaluated_at = models.DateTimeField(null=True)

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
        """Return the row if it forbids sending: the site is quiet or being restored."""
        return self.exclude(status=SiteStatus.LIVE)


class SiteState(models.Model):
    """The state of the site, in a table of one row.

    The other columns belong to a restore that has loaded the database and still copies files. ``loaded_backup`` is the
    name of its backup, ``remarks`` are sentences for the operator about repeated erasures, and ``erased_files`` are the
    digests of files that must not be copied.
    """

    status = models.CharField(max_length=12, choices=SiteStatus)
    restored_at = models.DateTimeField(null=True)
    loaded_backup = models.CharField(max_length=MAX_BACKUP_NAME_LENGTH, default="", db_default="")
    remarks = models.JSONField(default=list, db_default=[])
    erased_files = models.JSONField(default=list, db_default=[])

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
    """Queries for the last runs of the retention rules."""

    def store(self, runs: "Iterable[TidyRun]") -> None:
        """Store these runs. Each replaces the last run of its rule."""
        columns = ["ended_at", "deleted", "error"]
        self.bulk_create(runs, update_conflicts=True, unique_fields=["name"], update_fields=columns)


class TidyRun(models.Model):
    """The last run of a retention rule: when it ended, how many objects it deleted, and the class name of its error."""

    name = models.CharField(max_length=40, primary_key=True)
    ended_at = models.DateTimeField()
    deleted = models.PositiveBigIntegerField()
    error = models.CharField(max_length=100, blank=True)

    objects = TidyRunQuerySet.as_manager()

    class Meta:
        verbose_name = "clean-up"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name.replace("_", " ").capitalize()


class Backup(models.Model):
    """A complete backup of this site. ``taken_at`` is the time up to which the backup contains all changes."""

    name = models.CharField(max_length=MAX_BACKUP_NAME_LENGTH)
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
    """A drill: a trial restore of a backup. ``seconds`` is its duration, and ``sentence`` describes the result.

    ``backup`` is empty if the drill failed before it had chosen one.
    """

    backup = models.CharField(max_length=MAX_BACKUP_NAME_LENGTH)
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


class AlertLevel(models.TextChoices):
    """The level of an alert: amber if action is needed soon, red if it is needed now."""

    AMBER = "amber", "Amber"
    RED = "red", "Red"


class AlertQuerySet(models.QuerySet["Alert"]):
    """Queries for alerts."""

    def open(self) -> Self:
        """Return the alerts whose condition holds."""
        return self.filter(ended=None)

    def red(self) -> Self:
        return self.filter(level=AlertLevel.RED)

    def ended_before(self, moment: datetime) -> Self:
        return self.filter(ended__lt=moment)

    def was_told_since(self, code: str, subject: str, moment: datetime) -> bool:
        """Return whether administrators were told of an ended alert with this code and subject since ``moment``."""
        return self.filter(code=code, subject=subject, ended__isnull=False, told__gte=moment).exists()


class Alert(models.Model):
    """A condition of which administrators are told, from its beginning to its end.

    ``words`` describes it as of its beginning or the last change of its level. ``told`` is the time at which
    administrators were last told of it. If ``told`` is earlier than ``ended``, they have not been told of the end yet.
    """

    code = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=5, choices=AlertLevel)
    words = models.TextField()
    since = models.DateTimeField()
    told = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        get_latest_by = "since"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "subject"], condition=models.Q(ended=None), name="alert_is_open_once"
            ),
            models.CheckConstraint(
                name="alert_ends_after_it_began",
                condition=models.Q(ended=None) | models.Q(ended__gte=models.F("since")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["ended"], name="alert_by_end")]

    def __str__(self) -> str:
        return self.words


class AlertPause(models.Model):
    """The time until which no alert with a given code is sent, for example because an upgrade is in progress."""

    code = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.code


class ProcessKind(models.TextChoices):
    """What a process does: it answers requests, or runs tasks."""

    WEB = "web", "Web server"
    WORKER = "worker", "Worker"


class ProcessQuerySet(models.QuerySet["Process"]):
    """Queries for processes."""

    def seen_since(self, moment: datetime) -> Self:
        return self.filter(seen_at__gte=moment)

    def unseen_since(self, moment: datetime) -> Self:
        return self.filter(seen_at__lt=moment)


class Process(models.Model):
    """A process of the site. It stores its release in its row each minute."""

    host = models.CharField(max_length=64)
    pid = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=ProcessKind)
    version = models.CharField(max_length=40)
    release = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = "process"
        verbose_name_plural = "processes"
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["host", "pid"], name="process_once")]

    def __str__(self) -> str:
        return f"{self.pid} on {self.host}"


class GaugeRecordQuerySet(models.QuerySet["GaugeRecord"]):
    """Queries for recorded gauges."""

    def before(self, moment: datetime) -> Self:
        return self.filter(minute__lt=moment)


class GaugeRecord(models.Model):
    """The values of gauges in one minute, by name. Gauges without a value are left out."""

    minute = models.DateTimeField(primary_key=True)
    values = models.JSONField()

    objects = GaugeRecordQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.minute)
