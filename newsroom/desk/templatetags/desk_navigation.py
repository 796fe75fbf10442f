"""The main navigation of the desk, for pages outside the desk that lead to its screens."""

from typing import Any

from django import template

from newsroom.desk.navigation import Navigation, load_navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_navigation(context: dict[str, Any]) -> Navigation:
    """Return the navigation for the user who requests the page."""
    return load_navigation(context["request"])
