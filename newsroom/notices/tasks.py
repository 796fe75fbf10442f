"""The mails of notices, sent by the worker: at once, or once a day as one mail for each person."""

from django.tasks import task

from newsroom.http import clock
from newsroom.notices.choosing import gets_mail
from newsroom.notices.mailing import NotSentError, mail_of, post
from newsroom.notices.models import Mail, Notice, NoticeQuerySet
from newsroom.notices.seeing import may_see

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
