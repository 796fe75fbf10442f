"""The models for the audit log, for access events and for erasures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from newsroom.db.loose_scan import distinct_values
from newsroom.db.statements import PreparedInsert
from newsroom.http import clock


@dataclass(frozen=True, slots=True)
class Subject:
    """The object of an audit entry: its current title and the address of its form at the desk, "" if it has none."""

    title: str
    address: str


class LogQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Queries for rows with a time ``at``, a verb and, in the field ``user_field``, a user or None."""

    user_field: ClassVar[str]

    def with_verb(self, *verbs: str) -> Self:
        return self.filter(verb__in=verbs)

    def between(self, begin: datetime | None, end: datetime | None) -> Self:
        """Return the rows from ``begin`` on and before ``end``. None means no limit."""
        rows = self.filter(at__gte=begin) if begin else self
        return rows.filter(at__lt=end) if end else rows

    def users(self) -> list[Any]:
        """Return the users who have rows, ordered by name."""
        users = get_user_model()._default_manager.filter(pk__in=distinct_values(self.model, self.user_field))
        return list(users.order_by("first_name", "username"))

    def by_user(self, key: int | None) -> Self:
        """Return the rows of the user with this key, or those without a user if the key is None."""
        return self.filter(**{self.user_field: key})


class EventQuerySet(LogQuerySet["Event"]):
    """Queries for the audit log, and the methods that write to it."""

    user_field = "by"

    def write(
        self,
        kind: str,
        uid: UUID,
        verb: str,
        *,
        by: AbstractUser | None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> "Event":
        """Add an entry. ``before`` and ``after`` contain plain JSON values; ``by`` is None if a command acted."""
        event = Event.build(kind, uid, verb, by=by, before=before, after=after, reason=reason)
        event.save(force_insert=True)
        return event

    def write_all(self, events: Iterable["Event"]) -> None:
        """Add entries that were made by ``Event.build``, in the given order."""
        # The prepared statement leaves ``at`` to the database, whose clock ``fixed_at`` does not change.
        if clock.is_fixed():
            self.bulk_create(events)
            return
        _INSERT_EVENTS(
            (
                event.kind,
                event.uid,
                event.verb,
                event.by_id,
                event.by_name,
                dumps(event.before),
                dumps(event.after),
                event.reason,
            )
            for event in events
        )

    def about(self, uid: UUID) -> "EventQuerySet":
        """Return the entries about an object, newest first."""
        return self.filter(uid=uid).order_by("-at", "-pk")

    def of_kind(self, kind: str) -> "EventQuerySet":
        """Return the entries about a kind of object."""
        return self.filter(kind=kind)

    def kinds(self) -> list[str]:
        """Return the kinds of objects that have entries, in alphabetical order."""
        return distinct_values(self.model, "kind")

    def verbs(self) -> list[str]:
        """Return the verbs that have entries, in alphabetical order."""
        return distinct_values(self.model, "verb")

    def search(self, words: str) -> "EventQuerySet":
        """Return the entries that contain each word in the reason or in the name of the user.

        If ``words`` is a uid, return the entries about that object instead.
        """
        try:
            return self.filter(uid=UUID(words.strip()))
        except ValueError:
            events = self.all()
        for word in words.split():
            events = events.filter(Q(reason__icontains=word) | Q(by_name__icontains=word))
        return events

    def after(self, event: "Event") -> "EventQuerySet":
        """Return the entries that were written after this one."""
        return self.filter(pk__gt=event.pk)

    def entry_about(self, uid: UUID, number: int) -> "EventQuerySet":
        """Return a QuerySet of the entry with this key, empty if the entry is not about this object."""
        return self.filter(uid=uid, pk=number)


class Event(models.Model):
    """An audit entry: one verb that was applied to one object, with the name that the user had at that time."""

    kind = models.CharField(max_length=20)
    uid = models.UUIDField()
    verb = models.CharField(max_length=30)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="events", editable=False
    )
    by_name = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField()

    # Set by ``newsroom.audit.subjects.attach_subjects``. None if the object is gone or never had a row of its own.
    subject: Subject | None = None
    # The number of the edition as readers and editors see it today, set by the same function. It is empty if the entry
    # names no edition, or if the edition was erased.
    edition_label = ""

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "activity log entry"
        verbose_name_plural = "activity log entries"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["uid", "-at"], name="event_of_thing"),
            models.Index(fields=["at", "id"], name="event_by_time"),
            models.Index(fields=["kind", "at", "id"], name="event_of_kind"),
            models.Index(fields=["verb", "at", "id"], name="event_of_verb"),
            models.Index(fields=["by", "at", "id"], name="event_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}"

    @classmethod
    def build(
        cls,
        kind: str,
        uid: UUID,
        verb: str,
        *,
        by: AbstractUser | None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> Self:
        """Return an entry that is not stored yet. The arguments are the same as for ``Event.objects.write``."""
        return cls(
            kind=kind,
            uid=uid,
            verb=verb,
            by_id=by.pk if by else None,
            by_name=str(by) if by else "",
            before=dict(before or {}),
            after=dict(after or {}),
            reason=reason,
        )

    def changed_fields(self) -> list[str]:
        """Return the names of the fields that are in both ``before`` and ``after``, in the order of ``before``."""
        return [name for name in self.before if name in self.after]


_INSERT_EVENTS = PreparedInsert(Event, "kind", "uid", "verb", "by", "by_name", "before", "after", "reason")


class AccessVerb(models.TextChoices):
    """What happened to an account, or was tried."""

    SIGNED_IN = "signed in", "Signed in"
    FAILED = "failed", "Sign-in failed"
    LOCKED_OUT = "locked out", "Locked out"
    SECOND_FACTOR_FAILED = "second factor failed", "Two-factor authentication failed"
    SIGNED_OUT = "signed out", "Signed out"
    SESSION_ENDED = "session ended", "Session ended"
    PASSWORD_CHANGED = "password changed", "Password changed"  # a label, not a password
    FACTOR_CHANGED = "factor changed", "Two-factor authentication changed"
    ADDRESS_CHANGED = "address changed", "E-mail address changed"
    PERMISSION_REFUSED = "permission refused", "Permission refused"
    TOKEN_USED = "token used", "Link from an e-mail used"


class AccessEntryQuerySet(LogQuerySet["AccessEntry"]):
    """Queries for access events."""

    user_field = "account"

    def before(self, moment: datetime) -> Self:
        """Return the events that happened before ``moment``."""
        return self.filter(at__lt=moment)

    def is_known(self, account: AbstractUser, connection: str, *, since: datetime) -> bool:
        """Return whether somebody signed in to the account from this connection at or after ``since``."""
        return (
            self.by_user(account.pk)
            .with_verb(AccessVerb.SIGNED_IN)
            .filter(connection=connection, at__gte=since)
            .exists()
        )


class AccessEntry(models.Model):
    """An access event, with a keyed digest of the connection. It is deleted after some months.

    ``unknown_name`` is the keyed digest of a name that no account has.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="access_entries", editable=False
    )
    unknown_name = models.CharField(max_length=64, default="", blank=True, editable=False)
    verb = models.CharField("event", max_length=30, choices=AccessVerb, editable=False)
    connection = models.CharField(max_length=64, default="", blank=True, editable=False)
    browser = models.CharField(max_length=30, default="", blank=True, editable=False)
    at = models.DateTimeField(editable=False)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "access event"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], name="access_by_time"),
            models.Index(fields=["account", "at", "id"], name="access_of_account"),
            models.Index(fields=["verb", "at", "id"], name="access_of_verb"),
            models.Index(fields=["account", "connection", "verb", "at"], name="access_from_connection"),
        ]

    def __str__(self) -> str:
        return str(AccessVerb(self.verb).label)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Queries for erasures."""

    def closed(self) -> Self:
        """Return the erasures that are finished."""
        return self.exclude(closed_at=None)

    def closed_before(self, time: datetime) -> Self:
        """Return the erasures that were finished before this time."""
        return self.filter(closed_at__lt=time)

    def without_line_id(self) -> Self:
        """Return the erasures that were written by a release that did not record them in the file of erasures."""
        return self.filter(line_id=None)


class Erasure(models.Model):
    """An erasure that was ordered, with its reason. Triggers allow text to be removed only while an erasure is open.

    The row says what was erased, but contains none of its text. Its columns match the fields of a line in the file of
    erasures (``newsroom.operations.erasures.Line``), and ``line_id`` is the id of its lines.
    """

    kind = models.CharField(max_length=20)
    uid = models.UUIDField()
    scope = models.CharField(max_length=20)
    edition = models.PositiveIntegerField(null=True)
    part = models.UUIDField(null=True)
    document = models.CharField(max_length=64, default="", db_default="")
    files = models.JSONField(default=list, db_default=[])
    line_id = models.UUIDField(null=True, unique=True)
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="erasures", editable=False
    )
    by_name = models.CharField(max_length=200)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="erasure_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Give a reason for the erasure.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.kind}"
