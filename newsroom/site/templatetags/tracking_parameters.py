"""What the scripts of the desk need to know to clean what is pasted."""

from django import template

from newsroom.addresses.tracking_parameters import TRACKING

register = template.Library()


@register.simple_tag
def tracking_parameters() -> str:
    """Return the pattern of the parameters that only follow readers."""
    return TRACKING
