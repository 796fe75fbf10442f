"""The template filter that formats times for the desk."""

from django import template

from newsroom.desk.local_time import format_local

register = template.Library()
register.filter("local_datetime", format_local)
