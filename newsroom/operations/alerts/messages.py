"""The messages about an alert: at its beginning, at intervals while it is open, and at its end."""

import logging
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from newsroom.operations.alerts.addresses import read_addresses
from newsroom.operations.alerts.delivery import AlertError, deliver
from newsroom.operations.models import Alert

logger = logging.getLogger(__name__)


class State(StrEnum):
    """What a message says about its alert."""

    BEGUN = "begun"
    REMINDER = "reminder"
    ENDED = "ended"


_PREFIXES = {State.BEGUN: "", State.REMINDER: "still: ", State.ENDED: "ended: "}


def can_tell() -> bool:
    """Return whether an alert could be sent to anybody."""
    return bool(settings.ALERT_URL or (settings.EMAIL_CONFIGURED and read_addresses()))


def tell(alert: Alert, state: State, *, words: str = "", at: datetime) -> bool:
    """Send a message about the alert, worded as in ``words`` or, if that is empty, as stored.

    Return whether the message reached anybody.
    """
    sentence = words or alert.words
    if not can_tell():
        return False
    try:
        deliver(
            f"{settings.SITE_NAME}: {_PREFIXES[state]}{sentence}",
            f"{sentence}\n\n{_describe_span(alert)}\n\n{settings.SITE_URL}{reverse('admin:health')}\n",
            {
                "message": sentence,
                "at": at.isoformat(),
                "code": alert.code,
                "subject": alert.subject,
                "level": str(alert.level),
                "state": str(state),
                "since": alert.since.isoformat(),
                "ended": alert.ended.isoformat() if alert.ended else None,
            },
        )
    except AlertError as error:
        logger.warning("An alert was not sent in every way: %s", " ".join(error.reasons))
        return error.is_sent
    return True


def _describe_span(alert: Alert) -> str:
    began = f"This began {_format(alert.since)}"
    return f"{began} and ended {_format(alert.ended)}." if alert.ended else f"{began}."


def _format(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"at {local:%H:%M} on {date_format(local, 'j F Y')}"
