"""Lets templates say moments as the rest of the desk does."""

from django import template

from newsroom.editing.saying import said

register = template.Library()
register.filter("said", said)
