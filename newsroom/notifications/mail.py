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
    NoticeKind.RETURNED: "A text of yours was returned, with a reason: {thing}.",
    NoticeKind.APPROVED: "A text of yours was approved: {thing}.",
    NoticeKind.PUBLISHED: "A page of yours went out, was corrected or withdrawn: {thing}.",
    NoticeKind.MENTION: "Somebody mentions you in a comment on {thing}.",
    NoticeKind.COMMENT: "Somebody wrote a comment for you on {thing}.",
    NoticeKind.DUE: "A page of yours is due for review: {thing}.",
    NoticeKind.ESCALATION: "Nobody looked at a page that was due for review: {thing}.",
    NoticeKind.REPORT: "A reader reports an error on {thing}.",
}


REFUSED_ADDRESS = "The mail server does not take mail to this address."


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
        raise NotSentError(f"The mail server could not be reached, or broke off: {type(error).__name__}.") from None


def format_notice(notice: Notice) -> str:
    """Return the sentence that describes a notification in an e-mail. It contains no words from the object itself."""
    kind = notice.thing_kind
    return SENTENCES[NoticeKind(notice.kind)].format(thing=f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}")


def compose_mail(notices: Sequence[Notice]) -> tuple[str, str]:
    """Return the subject and the text of an e-mail about one or more notifications of a user."""
    first = format_notice(notices[0]).removesuffix(".")
    subject = first if len(notices) == 1 else f"{len(notices)} notices for you"
    paragraphs = [
        f"{format_notice(notice)}\n{_absolute_url(reverse('admin:notification', args=[notice.pk]))}"
        for notice in notices
    ]
    choices = f"You choose what comes by mail:\n{_absolute_url(reverse('admin:notification_preferences'))}"
    return subject, "\n\n".join([*paragraphs, f"-- \n{choices}"]) + "\n"


def _absolute_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
