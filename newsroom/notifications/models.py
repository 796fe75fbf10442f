"""The models for notifications, including the state of their mail, and for the preferences of users."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.notifications.visibility import hidden_kinds


class NoticeKind(models.TextChoices):
    """The kinds of notifications."""

    ASKED = "asked", "I am asked to review"
    RETURNED = "returned", "My draft is returned"
    APPROVED = "approved", "My draft is approved"
    PUBLISHED = "published", "My page is published, corrected or withdrawn"
    MENTION = "mention", "Someone mentions me in a comment"
    COMMENT = "comment", "Someone comments on my draft or answers me"
    DUE = "due", "A fact check of my page is due"
    ESCALATION = "escalation", "A fact check is overdue"
    FORECAST = "forecast", "The day of a forecast on my page has come"
    UNDECIDED = "undecided", "Nobody has decided a forecast for a week"
    REPORT = "report", "A reader reports an error on my page"


class Channel(models.TextChoices):
    """The ways to notify a user. Except with ``NEVER``, every notification is also in the inbox at the desk."""

    DESK = "desk", "At the desk only"
    AT_ONCE = "at_once", "E-mail, immediately"
    DIGEST = "digest", "E-mail, once a day"
    NEVER = "never", "Not at all"


class MailStatus(models.TextChoices):
    """The state of a notification's mail."""

    NONE = "none", "No e-mail"
    WAITS = "waits", "To be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Queries for notifications."""

    def for_user(self, person: AbstractUser) -> Self:
        """Return a user's notifications about objects that the user may see now."""
        return self.filter(person=person.pk).exclude(thing_kind__in=hidden_kinds(person))

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def already_read(self) -> Self:
        return self.exclude(read_at=None)

    def old(self, read: datetime, *, unread: datetime) -> Self:
        """Return read notifications that were read before ``read``, and unread ones written before ``unread``."""
        return self.filter(Q(read_at__lt=read) | Q(read_at=None, told_at__lt=unread))

    def before(self, notice: "Notice") -> Self:
        """Return the notifications that are older than ``notice``, and thus follow it in a list."""
        return self.filter(Q(told_at__lt=notice.told_at) | Q(told_at=notice.told_at, pk__lt=notice.pk))

    def get_by_key(self, key: int) -> "Notice | None":
        """Return the notification with this key, or None if it is not in the QuerySet."""
        return self.filter(pk=key).first()

    def only_this(self, notice: "Notice") -> Self:
        return self.filter(pk=notice.pk)

    def up_to_key(self, key: str) -> Self:
        """Return the notifications up to this key, or none if the key is not a number."""
        # The limit ensures that a notification that arrived after the page was shown is not marked as read.
        number = parse_number(key, digits=MAX_KEY_DIGITS)
        return self.none() if number is None else self.filter(pk__lte=number)

    def about(self, uids: Iterable[UUID]) -> Self:
        """Return the notifications about these objects."""
        return self.filter(thing_uid__in=list(uids))

    def with_person(self) -> Self:
        return self.select_related("person")

    def to_be_mailed(self) -> Self:
        """Return the notifications whose mail is waiting or could not be sent."""
        return self.filter(mail__in=[MailStatus.WAITS, MailStatus.FAILED])

    def unsent_before_restore(self, restored_at: datetime) -> Self:
        """Return the notifications that are older than a restore and whose mail was not sent before the backup."""
        return self.to_be_mailed().filter(told_at__lt=restored_at)

    def take_due_mail(
        self, *, is_for_digest: bool, written_before: datetime, enqueued_before: datetime, at: datetime
    ) -> "list[Notice]":
        """Lock and return the notifications whose mail has to be enqueued, and mark them as enqueued at ``at``.

        They were written before ``written_before``, and their mail was last enqueued before ``enqueued_before`` or has
        never been enqueued. Notifications with failed mail are returned only for digests.
        """
        # If mail that is sent immediately fails, the worker itself retries the task.
        states = [MailStatus.WAITS, MailStatus.FAILED] if is_for_digest else [MailStatus.WAITS]
        unsent = self.select_for_update().filter(
            mail__in=states, is_for_digest=is_for_digest, told_at__lt=written_before
        )
        due = list(unsent.filter(Q(asked_at=None) | Q(asked_at__lt=enqueued_before)))
        self.filter(pk__in=[notice.pk for notice in due]).update(asked_at=at)
        return due

    def mark_read(self, *, at: datetime) -> int:
        """Mark the unread notifications as read, and return their number."""
        return self.unread().update(read_at=at)


class Notice(models.Model):
    """A notification to a user about an object.

    ``thing_kind`` and ``thing_uid`` identify the object as in an audit entry. ``address`` is the path at the desk to
    which the notification links. ``words`` may contain the title that the object had when the notification was written,
    so erasing a work replaces them.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    thing_kind = models.CharField(max_length=20)
    thing_uid = models.UUIDField(db_index=True)
    words = models.TextField()
    address = models.CharField(max_length=500)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=6, choices=MailStatus, default=MailStatus.NONE)
    mailed_at = models.DateTimeField(null=True)
    # The time at which the task that sends the mail was last enqueued.
    asked_at = models.DateTimeField(null=True)
    is_for_digest = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        ordering: ClassVar = ["-told_at", "-pk"]
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["person", "-told_at", "-id"], name="notice_of_person"),
            models.Index(fields=["person", "-told_at", "-id"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["is_for_digest", "person"], condition=Q(mail__in=["waits", "failed"]), name="notice_to_mail"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_mailed_when",
                condition=Q(mail=MailStatus.SENT, mailed_at__isnull=False)
                | (~Q(mail=MailStatus.SENT) & Q(mailed_at=None)),
                violation_error_message="An e-mail that was sent needs a time.",
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def mail_status_text(self) -> str:
        """A sentence about the mail: whether, how and when it was sent."""
        channel = "daily e-mail" if self.is_for_digest else "e-mail"
        match self.mail:
            case MailStatus.SENT:
                return f"By {channel}, sent on {date(timezone.localtime(self.mailed_at), 'j F Y, H:i')}."
            case MailStatus.WAITS:
                return f"By {channel}, not sent yet."
            case MailStatus.FAILED:
                return f"By {channel}, not sent yet because of an error."
            case _:
                return "No e-mail."


class NoticeChoice(models.Model):
    """A user's preference for one kind of notification. Without a row, the default of the kind applies."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    way = models.CharField(max_length=8, choices=Channel)

    class Meta:
        verbose_name = "notification preference"
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="notice_choice_once",
                violation_error_message="There is already a setting for this kind of notification.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_way_display()}"
