"""Send an alert by mail and as JSON to ``ALERT_URL``."""

import hashlib
import os
import smtplib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from newsroom.operations.alerts.addresses import read_addresses
from newsroom.pings import post_json

REPEAT_AFTER = timedelta(minutes=15)  # minimum interval before the same alert is sent again


class AlertError(Exception):
    """Raised if an alert did not reach every recipient, or has no recipient.

    ``reasons`` are sentences without addresses. ``is_sent`` says whether the alert reached at least one recipient.
    ``ALERT_URL`` counts as a recipient.
    """

    def __init__(self, reasons: Sequence[str], *, is_sent: bool) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
        self.is_sent = is_sent


def deliver(subject: str, text: str, fields: Mapping[str, object]) -> None:
    """Send a mail with this subject and text to each address for alerts, and ``fields`` to ``ALERT_URL``.

    A restored site that is quiet sends alerts too. Raise AlertError if ``ALERT_URL`` or the mail server did not accept
    the alert, or if there is no recipient.
    """
    reasons: list[str] = []
    sent = 0
    if settings.ALERT_URL:
        try:
            post_json(settings.ALERT_URL, {"site": settings.SITE_URL, **fields})
            sent += 1
        except OSError as error:
            reasons.append(f"ALERT_URL did not accept the alert: {type(error).__name__}.")
    addresses = read_addresses() if settings.EMAIL_CONFIGURED else []
    if addresses:
        count, failures = _send_mail(subject, text, addresses)
        sent += count
        reasons += failures
    if not settings.ALERT_URL and not addresses:
        reasons.append("No one can be notified: set ALERT_URL, or EMAIL_URL and ALERT_EMAILS.")
    if reasons:
        raise AlertError(reasons, is_sent=sent > 0)


def send_alert(message: str, *, at: datetime) -> bool:
    """Send a message as an alert. Return False if the same message was sent less than 15 minutes ago.

    Raise the errors of ``deliver``.
    """
    mark = settings.VAR_DIR / "alerts" / hashlib.sha256(message.encode()).hexdigest()[:32]
    if mark.exists() and at.timestamp() - mark.stat().st_mtime < REPEAT_AFTER.total_seconds():
        return False
    is_sent = True
    try:
        deliver(
            f"{settings.SITE_NAME}: {message}",
            f"{message}\n\n{settings.SITE_URL}\n",
            {"message": message, "at": at.isoformat()},
        )
    except AlertError as error:
        is_sent = error.is_sent
        raise
    finally:
        if is_sent:
            mark.parent.mkdir(mode=0o700, exist_ok=True)
            mark.touch()
            os.utime(mark, (at.timestamp(), at.timestamp()))
    return True


def _send_mail(subject: str, text: str, addresses: Sequence[str]) -> tuple[int, list[str]]:
    """Send a mail to each address. Return how many mails were sent, and the reasons why others were not."""
    sent, reasons = 0, []
    mailer = mailers.default
    try:
        mailer.open()
        for address in addresses:
            message = EmailMessage(
                " ".join(subject.split()),
                text,
                None,
                [address],
                headers={"Auto-Submitted": "auto-generated"},  # RFC 3834, section 5
            )
            try:
                sent += mailer.send_messages([message]) or 0
            except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
                reasons.append(_describe(error))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # After any other error, such as a lost connection, no further mail is attempted.
        reasons.append(_describe(error))
    finally:
        mailer.close()
    return sent, reasons


def _describe(error: Exception) -> str:
    return f"An e-mail could not be sent: {type(error).__name__}."
