"""The models of notifications: what a user is told, what became of the mail, and how each user is notified."""

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
    """What a notification is about."""

    ASKED = "asked", "I am asked to review"
    RETURNED = "returned", "A text of mine is returned"
    APPROVED = "approved", "A text of mine is approved"
    PUBLISHED = "published", "A page of mine goes out, is corrected or withdrawn"
    MENTION = "mention", "Somebody mentions me in a comment"
    COMMENT = "comment", "Somebody comments on a text of mine, or answers me"
    DUE = "due", "A page of mine is due for review"
    ESCALATION = "escalation", "Nobody looked at a page that was due"
    REPORT = "report", "A reader reports an error on a page of mine"


class Way(models.TextChoices):
    """How a user is notified. Except with ``NEVER``, each notification is in the inbox at the desk as well."""

    DESK = "desk", "On the desk only"
    AT_ONCE = "at_once", "By mail, at once"
    DIGEST = "digest", "By mail, once a day"
    NEVER = "never", "Not at all"


class Mail(models.TextChoices):
    """What became of the mail of a notification."""

    NONE = "none", "No mail"
    WAITS = "waits", "Waits to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """The queries of notifications."""

    def for_user(self, person: AbstractUser) -> Self:
        """Return the notifications of a user about objects that they may see today."""
        return self.filter(person=person.pk).exclude(thing_kind__in=hidden_kinds(person))

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def were_read(self) -> Self:
        return self.exclude(read_at=None)

    def before(self, notice: "Notice") -> Self:
        """Return the notifications after ``notice`` in a list with the newest first."""
        return self.filter(Q(told_at__lt=notice.told_at) | Q(told_at=notice.told_at, pk__lt=notice.pk))

    def get_by_key(self, key: int) -> "Notice | None":
        """Return the notification with this key if it is among these."""
        return self.filter(pk=key).first()

    def only_this(self, notice: "Notice") -> Self:
        return self.filter(pk=notice.pk)

    def up_to_key(self, key: str) -> Self:
        """Return the notifications up to this key, or none if it is not a number."""
        # Up to a key, so that a notification that came after the page was shown is not marked as read.
        number = parse_number(key, digits=MAX_KEY_DIGITS)
        return self.none() if number is None else self.filter(pk__lte=number)

    def about(self, uids: Iterable[UUID]) -> Self:
        """Return the notifications about these objects."""
        return self.filter(thing_uid__in=list(uids))

    def with_person(self) -> Self:
        return self.select_related("person")

    def to_be_mailed(self) -> Self:
        """Return the notifications whose mail is due or could not be sent."""
        return self.filter(mail__in=[Mail.WAITS, Mail.FAILED])

    def take_due_mail(self, *, is_for_digest: bool, told: datetime, asked: datetime, at: datetime) -> "list[Notice]":
        """Lock and return the notifications whose mail has to be enqueued, and mark them as enqueued at ``at``.

        These were written before ``told``, and their mail was last enqueued before ``asked`` or never. A failed mail is
        only found for a digest.
        """
        # The worker itself retries the failed task of a mail that is sent at once.
        mail = [Mail.WAITS, Mail.FAILED] if is_for_digest else [Mail.WAITS]
        open_ones = self.select_for_update().filter(mail__in=mail, is_for_digest=is_for_digest, told_at__lt=told)
        found = list(open_ones.filter(Q(asked_at=None) | Q(asked_at__lt=asked)))
        self.filter(pk__in=[notice.pk for notice in found]).update(asked_at=at)
        return found

    def mark_read(self, *, at: datetime) -> int:
        """Mark the unread notifications as read, and return how many."""
        return self.unread().update(read_at=at)


class Notice(models.Model):
    """A notification of one user about the object ``thing_kind`` and ``thing_uid``, named as in an audit entry.

    ``address`` is the path at the desk to which it leads. ``words`` may contain the object's title of that time, so
    erasing a work replaces them.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    thing_kind = models.CharField(max_length=20)
    thing_uid = models.UUIDField(db_index=True)
    words = models.TextField()
    address = models.CharField(max_length=500)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=6, choices=Mail, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True)
    # When the task that sends the mail was last enqueued.
    asked_at = models.DateTimeField(null=True)
    is_for_digest = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
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
                condition=Q(mail=Mail.SENT, mailed_at__isnull=False) | (~Q(mail=Mail.SENT) & Q(mailed_at=None)),
                violation_error_message="A mail that was sent was sent at some time.",
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def mail_status_text(self) -> str:
        """Whether mail was sent, how and when, as a sentence."""
        way = "the mail of the day" if self.is_for_digest else "mail at once"
        match self.mail:
            case Mail.SENT:
                return f"By {way}, sent on {date(timezone.localtime(self.mailed_at), 'j F Y, H:i')}."
            case Mail.WAITS:
                return f"By {way}, which waits to be sent."
            case Mail.FAILED:
                return f"By {way}, which could not be sent yet."
            case _:
                return "No mail."


class NoticeChoice(models.Model):
    """How a user wants to be notified of one kind. Without a row the default of the kind applies."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    way = models.CharField(max_length=8, choices=Way)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="notice_choice_once",
                violation_error_message="This kind of notice is chosen already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_way_display()}"
