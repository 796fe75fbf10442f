"""Says a moment by the clocks of the newsroom, with the name of their zone: in Python and, as a filter, in templates."""

from datetime import datetime

from django import template
from django.template.defaultfilters import date
from django.utils import timezone

register = template.Library()
LONG = r"l j F Y \a\t H:i"
SHORT = "j M, H:i"


@register.filter
def said(moment: datetime, pattern: str = LONG) -> str:
    """Return ``moment`` in ``pattern`` (that of the stock ``date``), with the zone's name in brackets.

    The stock ``T`` says nothing in the hour that comes twice, where the name alone tells the two apart.
    """
    local = timezone.localtime(moment)
    return f"{date(local, pattern)} ({local.tzname()})"
