"""Tasks that send notifications by e-mail, immediately or as a daily digest, and the check that enqueues them."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from newsroom.http import clock
from newsroom.notifications.mail import NotSentError, compose_mail, send_mail
from newsroom.notifications.models import MailStatus, Notice, NoticeQuerySet
from newsroom.notifications.preferences import can_receive_mail
from newsroom.notifications.visibility import may_see
from newsroom.operations import site_state
from newsroom.task_queue import enqueue, outbound

# Higher than for renditions and bulk actions, because people wait for these e-mails.
_PRIORITY = 50


@outbound
@task(priority=_PRIORITY)
def mail_notice(key: int) -> int:
    """Send the e-mail for one notification. Return the number of e-mails sent: 0 if none is waiting or wanted.

    The task is idempotent. Raise NotSentError if the e-mail cannot be sent; the worker then retries the task.
    """
    return _send(Notice.objects.with_person().filter(pk=key, is_for_digest=False).to_be_mailed())


@outbound
@task(priority=_PRIORITY)
def mail_digest(person: int) -> int:
    """Send a user a single e-mail with all unsent notifications for the digest.

    Otherwise, this task works like ``mail_notice``.
    """
    return _send(Notice.objects.with_person().filter(person=person, is_for_digest=True).to_be_mailed())


def _send(notices: NoticeQuerySet) -> int:
    """Send a single e-mail about these notifications, which all belong to one user."""
    # No row is locked while the e-mail is sent, because a mail server may be slow.
    waiting = list(notices)
    if not waiting:
        return 0
    person = waiting[0].person
    allowed = [notice for notice in waiting if may_see(person, notice.thing_kind)] if can_receive_mail(person) else []
    unwanted = [notice for notice in waiting if notice not in allowed]
    _unsent(unwanted).update(mail=MailStatus.NONE)
    if not allowed:
        return 0
    subject, text = compose_mail(allowed)
    try:
        send_mail(to=person.email, subject=subject, text=text)
    except NotSentError:
        _unsent(allowed).update(mail=MailStatus.FAILED)
        raise
    _unsent(allowed).update(mail=MailStatus.SENT, mailed_at=clock.now())
    return 1


def _unsent(notices: list[Notice]) -> NoticeQuerySet:
    return Notice.objects.filter(pk__in=[notice.pk for notice in notices]).to_be_mailed()


# In the newsroom's time zone: after the end of the night shift and before the working day begins.
DIGEST_TIME = time(7)
# If an e-mail that should be sent immediately is still waiting after this time, its task is regarded as lost.
LOST_AFTER = timedelta(hours=1)


@transaction.atomic
def enqueue_due_mail(at: datetime) -> int:
    """Enqueue the e-mails that are due at ``at``, and return their number.

    A second call with the same ``at`` enqueues none. The e-mails include digests that failed before, and immediate
    e-mails whose task was lost. While the site is quiet, no mail is enqueued.
    """
    if site_state.is_quiet():
        return 0
    digest_time, lost_before = last_digest_time(at), at - LOST_AFTER
    people = {
        notice.person_id: notice
        for notice in Notice.objects.take_due_mail(
            is_for_digest=True, written_before=digest_time, enqueued_before=digest_time, at=at
        )
    }
    for person in people:
        enqueue(mail_digest, person)
    lost = Notice.objects.take_due_mail(
        is_for_digest=False, written_before=lost_before, enqueued_before=lost_before, at=at
    )
    for notice in lost:
        enqueue(mail_notice, notice.pk)
    return len(people) + len(lost)


def last_digest_time(at: datetime) -> datetime:
    """Return the time, at or before ``at``, at which the last daily digests were due."""
    local = timezone.localtime(at).replace(tzinfo=None)
    today = datetime.combine(local.date(), DIGEST_TIME)
    return timezone.make_aware(today if today <= local else today - timedelta(days=1))
