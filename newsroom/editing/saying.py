"""Says a moment by the clocks of the newsroom: with the name of their zone, or as briefly as it can be."""

from datetime import datetime

from django.template.defaultfilters import date
from django.utils import timezone

LONG = r"l j F Y \a\t H:i"
SHORT = "j M, H:i"


def said(moment: datetime, pattern: str = LONG) -> str:
    """Return ``moment`` in ``pattern`` (that of the stock ``date``), with the zone's name in brackets.

    The stock ``T`` says nothing in the hour that comes twice, where the name alone tells the two apart.
    """
    local = timezone.localtime(moment)
    return f"{date(local, pattern)} ({local.tzname()})"


def clock_of(moment: datetime, *, at: datetime) -> str:
    """Return the time of a moment, with its day where that is not the day of ``at``."""
    local = timezone.localtime(moment)
    return date(local, "H:i" if local.date() == timezone.localdate(at) else "j F, H:i")
