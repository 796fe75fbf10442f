"""The pattern for tracking parameters, used by desk scripts that remove such parameters from pasted links."""

from django import template

from newsroom.http.tracking_parameters import TRACKING

register = template.Library()


@register.simple_tag
def tracking_parameters() -> str:
    """Return a regular expression that matches the names of tracking parameters."""
    return TRACKING
