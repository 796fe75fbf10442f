"""What every process of a race begins with, imported once: nothing here opens a database."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # it reads the line above

django.setup()

from django.urls import get_resolver  # noqa: E402  # what it finds needs the apps

get_resolver().url_patterns  # noqa: B018  # asked for, so that all screens and pages are imported
