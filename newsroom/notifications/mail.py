"""The text of the mails to people at the desk, and how mail is sent."""

import smtplib
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from newsroom.notifications.models import Notice, NoticeKind

# RFC 3834, section 5: automatic responders do not answer mail with this header.
AUTO_SUBMITTED_HEADERS = {"Auto-Submitted": "auto-generated"}

# A mailbox is less protected than the desk: no title or text of a work is in a mail, as it may be under embargo.
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


class NotSentError(Exception):
    """Raised when a mail could not be sent. The message names no address, because it is stored where others read it."""


def send_mail(*, to: str, subject: str, text: str) -> None:
    """Send a plain-text mail to one address. Raise NotSentError if the mail server refuses it or does not answer."""
    mail = EmailMessage(f"{settings.SITE_NAME}: {subject}", text, None, [to], headers=AUTO_SUBMITTED_HEADERS)
    try:
        mail.send(using="default")
    except smtplib.SMTPResponseException as error:
        raise NotSentError(f"The mail server answered {error.smtp_code}.") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSentError("The mail server does not take mail to this address.") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSentError(f"The mail server could not be reached, or broke off: {type(error).__name__}.") from None


def sentence_of(notice: Notice) -> str:
    """Return the sentence about a notification in a mail, without a word of the object itself."""
    kind = notice.thing_kind
    thing = f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
    return SENTENCES[NoticeKind(notice.kind)].format(thing=thing)


def compose_mail(notices: Sequence[Notice]) -> tuple[str, str]:
    """Return subject and text of the mail about one or more notifications of one user."""
    one = sentence_of(notices[0]).removesuffix(".")
    subject = one if len(notices) == 1 else f"{len(notices)} notices for you"
    told = [f"{sentence_of(each)}\n{_whole(reverse('admin:notification', args=[each.pk]))}" for each in notices]
    choices = f"You choose what comes by mail:\n{_whole(reverse('admin:notification_preferences'))}"
    return subject, "\n\n".join([*told, f"-- \n{choices}"]) + "\n"


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
