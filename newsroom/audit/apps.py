"""The app configuration for the audit log, and the health check of the clock."""

from django.apps import AppConfig


def is_clock_right() -> bool:
    """Return whether this machine's clock agrees with the database's clock and no audit entry is in the future."""
    from newsroom.audit.models import Event
    from newsroom.http import clock

    newest = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    return not clock.describe_skew() and (newest is None or newest <= clock.now() + clock.WARNING_SKEW)


class RecordConfig(AppConfig):
    """The app configuration for the audit log. Its label is ``record``."""

    name = "newsroom.audit"
    label = "record"
    verbose_name = "Activity log"

    def ready(self) -> None:
        """Register the health check of the clock for ``/readyz``."""
        from newsroom.operations import health

        # Not needed: readers are served even if the clock is wrong.
        health.register_check("clock", is_clock_right, needed=False)
