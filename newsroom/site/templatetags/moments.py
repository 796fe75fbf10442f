"""Lets templates say moments as the rest of the desk does."""

from django import template

from newsroom.desk.local_time import said

register = template.Library()
register.filter("said", said)
