"""Imports that every process of a race inherits from the fork server; they do not open a database."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # needs the line above

django.setup()

from django.urls import get_resolver  # noqa: E402  # needs the apps

get_resolver().url_patterns  # noqa: B018  # imports all views
