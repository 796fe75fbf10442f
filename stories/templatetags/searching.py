"""Prints the choices of a search and its hits."""

from django import template

from newsroom.text.results import hits_marked, options

register = template.Library()
register.filter("hits", hits_marked)
register.filter("options", options)
