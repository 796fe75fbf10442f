"""The template filter that formats times as the desk does."""

from django import template

from newsroom.desk.local_time import format_local

register = template.Library()
register.filter("local_datetime", format_local)
