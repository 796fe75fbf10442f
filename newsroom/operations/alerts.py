"""Alerts: messages to the people who run the site, by mail and as JSON to ``ALERT_URL``."""

import hashlib
import json
import os
import smtplib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import Error

from newsroom.pings import post_json

REPEAT_AFTER = timedelta(minutes=15)  # interval before the same message is sent again
COPY_INTERVAL = timedelta(hours=1)

type ReadAddresses = Callable[[], Iterable[str]]

_readers: list[ReadAddresses] = []


class AlertError(Exception):
    """Raised if an alert could not be sent. ``reasons`` are sentences without addresses.

    ``is_sent`` says whether the alert was sent in another way.
    """

    def __init__(self, reasons: Sequence[str], *, is_sent: bool) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
        self.is_sent = is_sent


def register_addresses(read: ReadAddresses) -> None:
    """Register a function that reads e-mail addresses of administrators from the database."""
    _readers.append(read)


def send_alert(message: str, *, at: datetime) -> bool:
    """Send an alert to ``ALERT_URL`` and by mail. Return False if the same message was sent less than 15 minutes ago.

    Raise AlertError if ``ALERT_URL`` or a mail server did not accept it, or if neither way is configured.
    """
    mark = settings.VAR_DIR / "alerts" / hashlib.sha256(message.encode()).hexdigest()[:32]
    if mark.exists() and at.timestamp() - mark.stat().st_mtime < REPEAT_AFTER.total_seconds():
        return False
    reasons: list[str] = []
    sent = 0
    if settings.ALERT_URL:
        try:
            post_json(settings.ALERT_URL, {"site": settings.SITE_URL, "message": message, "at": at.isoformat()})
            sent += 1
        except OSError as error:
            reasons.append(f"ALERT_URL did not accept the alert: {type(error).__name__}.")
    addresses = read_addresses() if settings.EMAIL_CONFIGURED else []
    for address in addresses:
        try:
            EmailMessage(
                f"{settings.SITE_NAME}: {message}",
                f"{message}\n\n{settings.SITE_URL}\n",
                None,
                [address],
                headers={"Auto-Submitted": "auto-generated"},  # RFC 3834, 5
            ).send(using="default")
            sent += 1
        except (smtplib.SMTPException, OSError, ValueError) as error:
            reasons.append(f"A mail could not be sent: {type(error).__name__}.")
    if not settings.ALERT_URL and not addresses:
        reasons.append("Nobody can be told: set ALERT_URL, or EMAIL_URL and ALERT_EMAILS.")
    if sent:
        mark.parent.mkdir(mode=0o700, exist_ok=True)
        mark.touch()
        os.utime(mark, (at.timestamp(), at.timestamp()))
    if reasons:
        raise AlertError(reasons, is_sent=sent > 0)
    return True


def read_addresses() -> list[str]:
    """Return ``ALERT_EMAILS``, or the addresses of all active administrators if the setting is empty.

    If the database does not answer, return the addresses that ``copy_addresses`` stored.
    """
    if settings.ALERT_EMAILS:
        return list(settings.ALERT_EMAILS)
    try:
        return _read_administrators()
    except Error:
        path = _copy_path()
        return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


def copy_addresses(at: datetime) -> None:
    """Store the addresses of the administrators in a file once an hour, for alerts during an outage of the database."""
    path = _copy_path()
    if path.exists() and at.timestamp() - path.stat().st_mtime < COPY_INTERVAL.total_seconds():
        return
    write_addresses(at)


def write_addresses(at: datetime) -> None:
    """Store the addresses of the administrators in the file."""
    path, addresses = _copy_path(), _read_administrators()
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(addresses), encoding="utf-8")
    os.utime(part, (at.timestamp(), at.timestamp()))
    part.replace(path)


def _read_administrators() -> list[str]:
    return sorted({address for read in _readers for address in read() if address})


def _copy_path() -> Path:
    return Path(settings.VAR_DIR) / "alert_addresses"
