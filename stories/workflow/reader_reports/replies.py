"""Replies to readers who reported an error: their first words, and the task that sends them once, by e-mail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from newsroom.http import clock
from newsroom.notifications.mail import send_mail
from newsroom.site.reader_reports.models import Report, ReportState
from newsroom.task_queue import enqueue, list_unfinished_arguments, outbound
from stories.models import Edition
from stories.public.pages.history.changes import load_stages
from stories.publishing.request import get_change_note
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


def store_reply(report: Report, reply: str, *, at: datetime, edition: Edition | None = None) -> None:
    """Store a reply to a report that has just been decided, and send it unless the correcting edition is scheduled.

    ``enqueue_due_replies`` sends the reply to a scheduled correction. Do nothing if the reply is empty, if no mail can
    be sent, or if the reader cannot be answered.
    """
    reply = reply.strip()[:MAX_REPLY_LENGTH]
    if not reply or not settings.EMAIL_CONFIGURED or not can_be_answered(report, at=at):
        return
    report.reply = reply
    report.save(update_fields=["reply"])
    if edition is None or edition.live_from <= at:
        enqueue(mail_reply, report.pk)


def enqueue_due_replies(at: datetime) -> int:
    """Enqueue the replies whose correction has gone live and which have no task yet; return their number.

    A schedule can be moved or cancelled, so its replies have no task before it is live. A reply whose task has failed
    permanently is skipped while that task is listed. Several workers may call this at the same time.
    """
    if not Report.objects.waiting_for_reply().exists():
        return 0
    with transaction.atomic():
        waiting = list(Report.objects.waiting_for_reply().select_for_update(skip_locked=True))
        # Read after the reports are locked, to include tasks that another worker enqueued in between.
        with_task = list_unfinished_arguments(mail_reply)
        due = [report for report in waiting if report.pk not in with_task and _is_due(report, at=at)]
        for report in due:
            enqueue(mail_reply, report.pk)
    return len(due)


def _is_due(report: Report, *, at: datetime) -> bool:
    correction = find_correction(report)
    return correction is not None and not correction.is_cancelled and correction.live_from <= at


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
    reply = format_reply(report, at=now)
    with translation.override(_get_language(report, at=now)):
        subject = gettext("Your report")
    send_mail(to=email, subject=subject, text="\n\n".join(filter(None, [reply, address])) + "\n")
    Report.objects.filter(pk=key).update(reply=reply, replied_at=now)
    return 1


def format_reply(report: Report, *, at: datetime) -> str:
    """Return the reply as it is sent: if it begins as it was suggested, with the day on which the correction is live."""
    correction = find_correction(report)
    if report.replied_at or correction is None or report.decided_at is None:
        return report.reply
    with translation.override(_get_language(report, at=at)):
        beginning = _format_suggestion(correction.live_from, at=at)
        # The form may have been opened before midnight.
        for day in (report.decided_at, report.decided_at - timedelta(days=1)):
            suggested = _format_suggestion(day, at=day)
            if report.reply.startswith(suggested):
                return f"{beginning}{report.reply.removeprefix(suggested)}"
    return report.reply


def find_correction(report: Report) -> Edition | None:
    """Return the edition that corrects the error, or None if the report led to none.

    A schedule that was moved, or made again because of another publication, has a new number and the same change note.
    A cancelled one is returned if no other took its place.
    """
    if report.led_to is None:
        return None
    from_then_on = Edition.objects.filter(uid=report.uid, number__gte=report.led_to).order_by("number")
    editions = list(from_then_on.for_cards().with_ordinals())
    notes = [get_change_note(edition) for edition in editions]
    same = [edition for edition, note in zip(editions, notes, strict=True) if note == notes[0]]
    return next((edition for edition in same if not edition.is_cancelled), same[0] if same else None)


def _get_address(report: Report, *, at: datetime) -> str:
    """Return the address of the correction, or an empty string if there is none that readers can open at ``at``."""
    correction = find_correction(report)
    if correction is None:
        return ""
    url = next((each.url for each in load_stages(report.uid, at=at) if each.edition.pk == correction.pk), "")
    return f"{settings.SITE_URL}{url}#compared" if url else ""


def _get_language(report: Report, *, at: datetime) -> str:
    return get_form_language(find_reported_page(report.path, at=at))
