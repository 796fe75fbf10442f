"""The mails of notices, sent by the worker: at once, or once a day as one mail for each person."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from newsroom.http import clock
from newsroom.notifications.mail import NotSentError, mail_of, post
from newsroom.notifications.models import Mail, Notice, NoticeQuerySet
from newsroom.notifications.preferences import gets_mail
from newsroom.notifications.visibility import may_see
from newsroom.task_queue import enqueue

# Before pictures and runs over many works: people wait for what it says.
_PRIORITY = 50


@task(priority=_PRIORITY)
def mail_notice(key: int) -> int:
    """Send the mail of one notice, and return how many were sent: none where that was done, or is not to be any more.

    Safe to run again. Raises NotSentError, after which the worker tries again.
    """
    return _send(Notice.objects.with_person().filter(pk=key, is_for_digest=False).to_be_mailed())


@task(priority=_PRIORITY)
def mail_digest(person: int) -> int:
    """Send somebody one mail of all that waits for their digest; else as ``mail_notice``."""
    return _send(Notice.objects.with_person().filter(person=person, is_for_digest=True).to_be_mailed())


def _send(notices: NoticeQuerySet) -> int:
    """Send one mail of these notices of one person. No row is locked meanwhile: a mail server may be slow."""
    waiting = list(notices)
    if not waiting:
        return 0
    person = waiting[0].person
    allowed = [each for each in waiting if may_see(person, each.thing_kind)] if gets_mail(person) else []
    kept = [each for each in waiting if each not in allowed]
    _among(kept).update(mail=Mail.NONE)
    if not allowed:
        return 0
    subject, text = mail_of(allowed)
    try:
        post(to=person.email, subject=subject, text=text)
    except NotSentError:
        _among(allowed).update(mail=Mail.FAILED)
        raise
    _among(allowed).update(mail=Mail.SENT, mailed_at=clock.now())
    return 1


def _among(notices: list[Notice]) -> NoticeQuerySet:
    return Notice.objects.filter(pk__in=[each.pk for each in notices]).to_be_mailed()


# By the newsroom's clock: before the day begins, after those who work at night are done.
HOUR = time(7)
# A mail that was to go out at once and still waits has lost its task, as where tasks were given up or cleared away.
LOST = timedelta(hours=1)


@transaction.atomic
def look(at: datetime) -> int:
    """Enqueue the mails that are due at ``at``, each once however often this is called, and return how many.

    What could not be sent yesterday is among them: a mail server that was down loses nothing.
    """
    hour = newest_hour(at)
    people = {
        notice.person_id: notice for notice in Notice.objects.due(is_for_digest=True, told=hour, asked=hour, at=at)
    }
    for person in people:
        enqueue(mail_digest, person)
    lost = Notice.objects.due(is_for_digest=False, told=at - LOST, asked=at - LOST, at=at)
    for notice in lost:
        enqueue(mail_notice, notice.pk)
    return len(people) + len(lost)


def newest_hour(at: datetime) -> datetime:
    """Return when the mails of a day went out last, or should have, at or before ``at``."""
    local = timezone.localtime(at).replace(tzinfo=None)
    today = datetime.combine(local.date(), HOUR)
    return timezone.make_aware(today if today <= local else today - timedelta(days=1))
