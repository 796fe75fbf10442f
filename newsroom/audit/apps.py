"""The configuration of the app."""

from django.apps import AppConfig


def clock_is_right() -> bool:
    """Return whether this machine agrees with the database, and nothing was recorded that is still to come."""
    from newsroom.audit.models import Event
    from newsroom.http import clock

    newest = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    return not clock.describe_skew() and (newest is None or newest <= clock.now() + clock.TOLD)


class RecordConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.audit"
    label = "record"
    verbose_name = "Record"

    def ready(self) -> None:
        """Give ``/readyz`` a line for the clock, which is wrong without keeping anybody from reading."""
        from newsroom.operations import health

        health.register("clock", clock_is_right, needed=False)
