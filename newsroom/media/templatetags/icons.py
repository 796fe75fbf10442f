"""The template tag for the addresses of the icons of the site."""

from django import template

from newsroom.media.icons import icon_url

register = template.Library()
register.simple_tag(icon_url)
