"""Replies to readers who reported an error: their first words, and the task that sends them once, by e-mail."""

from datetime import datetime

from django.conf import settings
from django.tasks import task
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from newsroom.http import clock
from newsroom.notifications.mail import send_mail
from newsroom.site.reader_reports.models import Report, ReportState
from newsroom.task_queue import enqueue, outbound
from stories.models import Edition
from stories.public.pages.history.changes import load_stages
from stories.workflow.reader_reports.subject import find_reported_page, get_form_language

MAX_REPLY_LENGTH = 600
# As for notifications, because a reader waits for these e-mails.
_PRIORITY = 50


def can_be_answered(report: Report, *, at: datetime) -> bool:
    """Return whether the reader left an address, which is still stored, and has had no reply."""
    return bool(report.email_at(at)) and not report.reply


def suggest_reply(report: Report, *, at: datetime, correction: str | None = None) -> str:
    """Return the words of a reply in the language of the page.

    ``correction`` is what is right, for a report that leads to a correction on the day of ``at``.
    """
    with translation.override(_get_language(report, at=at)):
        if correction is None:
            return gettext("Thank you. We checked this, and the page stays as it is.")
        words = _format_suggestion(at, at=at, correction=correction)
    return words[:MAX_REPLY_LENGTH]


def _format_suggestion(corrected_at: datetime, *, at: datetime, correction: str = "") -> str:
    day, year = timezone.localdate(corrected_at), timezone.localdate(at).year
    words = date_format(day, pgettext("date", "j F") if day.year == year else pgettext("date", "j F Y"))
    return gettext("Thank you. We corrected this on {day}: {correction}").format(day=words, correction=correction)


def _date_suggestion(reply: str, report: Report, *, at: datetime, corrected_at: datetime) -> str:
    """Return the reply with the day of the correction if it begins as it was suggested, with the day of ``at``."""
    with translation.override(_get_language(report, at=at)):
        suggested = _format_suggestion(at, at=at)
        beginning = _format_suggestion(corrected_at, at=at)
    return f"{beginning}{reply.removeprefix(suggested)}" if reply.startswith(suggested) else reply


def store_reply(report: Report, reply: str, *, at: datetime, edition: Edition | None = None) -> None:
    """Store a reply to a report that has just been decided, and send it once the correcting edition is live.

    A suggested reply names the day on which that edition goes live. Do nothing if the reply is empty, if no mail can be
    sent, or if the reader cannot be answered.
    """
    reply = reply.strip()[:MAX_REPLY_LENGTH]
    if not reply or not settings.EMAIL_CONFIGURED or not can_be_answered(report, at=at):
        return
    is_pending = edition is not None and edition.live_from > at
    if edition and is_pending:
        reply = _date_suggestion(reply, report, at=at, corrected_at=edition.live_from)[:MAX_REPLY_LENGTH]
    report.reply = reply
    report.save(update_fields=["reply"])
    enqueue(mail_reply.using(run_after=edition.live_from) if edition and is_pending else mail_reply, report.pk)


@outbound
@task(priority=_PRIORITY)
def mail_reply(key: int) -> int:
    """Send the reply to the reader of one report, with a link to the correction.

    Return the number of e-mails sent: 0 if the reply was sent before, if the report was reopened or erased, if the
    address has expired, or if the correction is not public. Raise NotSentError if the e-mail cannot be sent; the worker
    then retries the task.

    As with notifications, no row is locked while the e-mail is sent. That it was sent is stored in the next statement:
    only a process that is killed between the two sends the reply again.
    """
    report, now = Report.objects.filter(pk=key).first(), clock.now()
    if report is None or report.is_open or report.replied_at or not report.reply:
        return 0
    email, address = report.email_at(now), _get_address(report, at=now)
    if not email or (report.state == ReportState.CORRECTED and not address):
        return 0
    with translation.override(_get_language(report, at=now)):
        subject = gettext("Your report")
    send_mail(to=email, subject=subject, text="\n\n".join(filter(None, [report.reply, address])) + "\n")
    Report.objects.filter(pk=key).update(replied_at=now)
    return 1


def _get_address(report: Report, *, at: datetime) -> str:
    """Return the address of the correction, or an empty string if there is none that readers can open at ``at``.

    A schedule that was made again, because of another publication, has a new number and the same words.
    """
    edition = Edition.objects.filter(uid=report.uid, number=report.led_to).first() if report.led_to else None
    if edition is None:
        return ""
    words = edition.was_wrong, edition.is_right
    later = (each for each in load_stages(report.uid, at=at) if each.edition.live_from >= edition.live_from)
    url = next((each.url for each in later if (each.edition.was_wrong, each.edition.is_right) == words), "")
    return f"{settings.SITE_URL}{url}#compared" if url else ""


def _get_language(report: Report, *, at: datetime) -> str:
    return get_form_language(find_reported_page(report.path, at=at))
