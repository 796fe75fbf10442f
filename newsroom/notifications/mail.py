"""The text of mail to desk users, and a function that sends mail."""

import smtplib
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from newsroom.notifications.models import Notice, NoticeKind

# Automatic responders do not reply to mail with this header (RFC 3834, section 5).
AUTO_SUBMITTED_HEADERS = {"Auto-Submitted": "auto-generated"}

# A mailbox is less protected than the desk, and a work may be under embargo. Mail therefore contains no title or text
# of a work.
SENTENCES: Mapping[NoticeKind, str] = {
    NoticeKind.ASKED: "You are asked to review {thing}.",
    NoticeKind.RETURNED: "Your draft was returned: {thing}.",
    NoticeKind.APPROVED: "Your draft was approved: {thing}.",
    NoticeKind.PUBLISHED: "Your page was published, corrected or withdrawn: {thing}.",
    NoticeKind.MENTION: "Someone mentioned you in a comment on {thing}.",
    NoticeKind.COMMENT: "New comment for you on {thing}.",
    NoticeKind.DUE: "Fact check due: {thing}.",
    NoticeKind.ESCALATION: "Fact check overdue: {thing}.",
    NoticeKind.FORECAST: "The day of a forecast has come: {thing}.",
    NoticeKind.UNDECIDED: "A forecast waits for its outcome: {thing}.",
    NoticeKind.REPORT: "A reader reported an error on {thing}.",
}


REFUSED_ADDRESS = "The mail server does not accept e-mail to this address."


class NotSentError(Exception):
    """Raised if an e-mail cannot be sent. Other users can read the message, so it contains no e-mail address."""


def send_mail(*, to: str, subject: str, text: str) -> None:
    """Send a plain-text e-mail to one address. Raise NotSentError if it cannot be sent."""
    mail = EmailMessage(f"{settings.SITE_NAME}: {subject}", text, None, [to], headers=AUTO_SUBMITTED_HEADERS)
    try:
        mail.send(using="default")
    except smtplib.SMTPResponseException as error:
        raise NotSentError(f"The mail server answered {error.smtp_code}.") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSentError(REFUSED_ADDRESS) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        message = f"The mail server could not be reached, or closed the connection: {type(error).__name__}."
        raise NotSentError(message) from None


def format_notice(notice: Notice) -> str:
    """Return the sentence that describes a notification in an e-mail. It contains no words from the object itself."""
    kind = notice.thing_kind
    return SENTENCES[NoticeKind(notice.kind)].format(thing=f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}")


def compose_mail(notices: Sequence[Notice]) -> tuple[str, str]:
    """Return the subject and the text of an e-mail about one or more notifications of a user."""
    first = format_notice(notices[0]).removesuffix(".")
    subject = first if len(notices) == 1 else f"{len(notices)} notifications for you"
    paragraphs = [
        f"{format_notice(notice)}\n{_absolute_url(reverse('admin:notification', args=[notice.pk]))}"
        for notice in notices
    ]
    choices = f"Change which e-mails you get:\n{_absolute_url(reverse('admin:notification_preferences'))}"
    return subject, "\n\n".join([*paragraphs, f"-- \n{choices}"]) + "\n"


def _absolute_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
