"""The configuration of the app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.record"
    label = "record"
    verbose_name = "Record"
