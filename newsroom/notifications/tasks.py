"""The tasks and the recurring check that mail notifications, at once or as one daily digest for each user."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from newsroom.http import clock
from newsroom.notifications.mail import NotSentError, compose_mail, send_mail
from newsroom.notifications.models import Mail, Notice, NoticeQuerySet
from newsroom.notifications.preferences import can_receive_mail
from newsroom.notifications.visibility import may_see
from newsroom.task_queue import enqueue

# Above renditions and bulk runs, because people wait for these mails.
_PRIORITY = 50


@task(priority=_PRIORITY)
def mail_notice(key: int) -> int:
    """Send the mail of one notification, and return the number of mails sent: 0 if it was sent or is no longer wanted.

    Safe to run again. Raise NotSentError if the mail fails, and the worker retries the task.
    """
    return _send(Notice.objects.with_person().filter(pk=key, is_for_digest=False).to_be_mailed())


@task(priority=_PRIORITY)
def mail_digest(person: int) -> int:
    """Send a user one mail with all notifications that are due for their digest; otherwise as ``mail_notice``."""
    return _send(Notice.objects.with_person().filter(person=person, is_for_digest=True).to_be_mailed())


def _send(notices: NoticeQuerySet) -> int:
    """Send one mail about these notifications of one user."""
    # No row is locked while the mail is sent: a mail server may be slow.
    waiting = list(notices)
    if not waiting:
        return 0
    person = waiting[0].person
    allowed = [each for each in waiting if may_see(person, each.thing_kind)] if can_receive_mail(person) else []
    kept = [each for each in waiting if each not in allowed]
    _among(kept).update(mail=Mail.NONE)
    if not allowed:
        return 0
    subject, text = compose_mail(allowed)
    try:
        send_mail(to=person.email, subject=subject, text=text)
    except NotSentError:
        _among(allowed).update(mail=Mail.FAILED)
        raise
    _among(allowed).update(mail=Mail.SENT, mailed_at=clock.now())
    return 1


def _among(notices: list[Notice]) -> NoticeQuerySet:
    return Notice.objects.filter(pk__in=[each.pk for each in notices]).to_be_mailed()


# In the newsroom's time zone: before the day begins, after those who work at night are done.
DIGEST_TIME = time(7)
# A mail that should have been sent at once and was not has lost its task: it was given up or deleted.
LOST_AFTER = timedelta(hours=1)


@transaction.atomic
def enqueue_due_mail(at: datetime) -> int:
    """Enqueue the mails that are due at ``at``, each once however often this is called, and return how many.

    A digest that failed yesterday is among them, so a mail server that is down loses nothing.
    """
    hour = last_digest_time(at)
    people = {
        notice.person_id: notice
        for notice in Notice.objects.take_due_mail(is_for_digest=True, told=hour, asked=hour, at=at)
    }
    for person in people:
        enqueue(mail_digest, person)
    lost = Notice.objects.take_due_mail(is_for_digest=False, told=at - LOST_AFTER, asked=at - LOST_AFTER, at=at)
    for notice in lost:
        enqueue(mail_notice, notice.pk)
    return len(people) + len(lost)


def last_digest_time(at: datetime) -> datetime:
    """Return when the last daily digests were due, at or before ``at``."""
    local = timezone.localtime(at).replace(tzinfo=None)
    today = datetime.combine(local.date(), DIGEST_TIME)
    return timezone.make_aware(today if today <= local else today - timedelta(days=1))
