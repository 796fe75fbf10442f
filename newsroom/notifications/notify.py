"""Write notifications, and enqueue the mail that is to be sent immediately."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notifications.models import Channel, MailStatus, Notice, NoticeKind
from newsroom.notifications.preferences import can_receive_mail, channels_for
from newsroom.notifications.tasks import mail_notice
from newsroom.notifications.visibility import may_see
from newsroom.task_queue import enqueue


class Notification(NamedTuple):
    """A message to several users about one object. ``words`` is a sentence that may contain the object's title.

    ``thing_kind`` and ``thing_uid`` identify the object as in an audit entry. ``address`` is the path at the desk to
    which the notification links.
    """

    people: Iterable[AbstractUser]
    thing_kind: str
    thing_uid: UUID
    words: str
    address: str


def notify(
    people: Iterable[AbstractUser],
    kind: NoticeKind,
    *,
    thing_kind: str,
    thing_uid: UUID,
    words: str,
    address: str,
    at: datetime,
) -> None:
    """Notify each of ``people`` once, as ``notify_each`` does."""
    notify_each([Notification(people, thing_kind, thing_uid, words, address)], kind, at=at)


@transaction.atomic(savepoint=False)
def notify_each(notifications: Iterable[Notification], kind: NoticeKind, *, at: datetime) -> None:
    """Write each notification once for every recipient who wants it, in the caller's transaction.

    Users who may not enter the desk or may not see the object get no notification. The caller must leave out the user
    who acted. Mail that is to be sent immediately is enqueued in the same transaction. Raise ValueError for an address
    outside this site.
    """
    recipients: list[tuple[AbstractUser, Notification]] = []
    for notification in notifications:
        if not notification.address.startswith("/") or notification.address.startswith(("//", "/\\")):
            raise ValueError("A notice leads to a place at the desk.")
        people = {person.pk: person for person in notification.people if may_see(person, notification.thing_kind)}
        recipients += [(person, notification) for person in people.values()]
    channels = channels_for({person.pk for person, _ in recipients}, kind) if recipients else {}
    notices = Notice.objects.bulk_create(
        _make_notice(person, notification, channels[person.pk], kind, at=at)
        for person, notification in recipients
        if channels[person.pk] != Channel.NEVER
    )
    for notice in notices:
        if notice.asked_at:
            enqueue(mail_notice, notice.pk)


def _make_notice(
    person: AbstractUser, notification: Notification, channel: Channel, kind: NoticeKind, *, at: datetime
) -> Notice:
    is_mailed = channel in {Channel.AT_ONCE, Channel.DIGEST} and can_receive_mail(person)
    return Notice(
        person_id=person.pk,
        kind=kind,
        thing_kind=notification.thing_kind,
        thing_uid=notification.thing_uid,
        words=notification.words,
        address=notification.address,
        told_at=at,
        mail=MailStatus.WAITS if is_mailed else MailStatus.NONE,
        asked_at=at if is_mailed and channel == Channel.AT_ONCE else None,
        is_for_digest=is_mailed and channel == Channel.DIGEST,
    )
