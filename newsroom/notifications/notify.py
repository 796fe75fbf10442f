"""Writing notifications, and enqueuing their mail for the users who want it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notifications.models import Mail, Notice, NoticeKind, Way
from newsroom.notifications.preferences import can_receive_mail, channels_for
from newsroom.notifications.tasks import mail_notice
from newsroom.notifications.visibility import may_see
from newsroom.task_queue import enqueue


class Notification(NamedTuple):
    """A message about one object to several users: ``words`` is a sentence that may contain the object's title.

    ``thing_kind`` and ``thing_uid`` name the object as in an audit entry. ``address`` is the path at the desk to which
    the notification leads.
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
def notify_each(tellings: Iterable[Notification], kind: NoticeKind, *, at: datetime) -> None:
    """Write a notification for each recipient who wants one, once for each, in the transaction of the caller.

    Users who may not enter the desk or not see the object are left out. The caller leaves out the user who acted. Mail
    that is sent at once is enqueued in the same transaction. Two queries for any number of recipients, and one more for
    each such mail. Raise ValueError for an address outside this site.
    """
    told: list[tuple[AbstractUser, Notification]] = []
    for telling in tellings:
        if not telling.address.startswith("/") or telling.address.startswith(("//", "/\\")):
            raise ValueError("A notice leads to a place at the desk.")
        people = {person.pk: person for person in telling.people if may_see(person, telling.thing_kind)}
        told += [(person, telling) for person in people.values()]
    ways = channels_for({person.pk for person, _ in told}, kind) if told else {}
    wanted = [(person, telling, ways[person.pk]) for person, telling in told if ways[person.pk] != Way.NEVER]
    notices = Notice.objects.bulk_create(_notice(person, telling, way, kind, at=at) for person, telling, way in wanted)
    for notice in notices:
        if notice.asked_at:
            enqueue(mail_notice, notice.pk)


def _notice(person: AbstractUser, telling: Notification, way: Way, kind: NoticeKind, *, at: datetime) -> Notice:
    is_mailed = way in {Way.AT_ONCE, Way.DIGEST} and can_receive_mail(person)
    return Notice(
        person_id=person.pk,
        kind=kind,
        thing_kind=telling.thing_kind,
        thing_uid=telling.thing_uid,
        words=telling.words,
        address=telling.address,
        told_at=at,
        mail=Mail.WAITS if is_mailed else Mail.NONE,
        asked_at=at if is_mailed and way == Way.AT_ONCE else None,
        is_for_digest=is_mailed and way == Way.DIGEST,
    )
