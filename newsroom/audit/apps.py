"""The app configuration for the audit log, and the health check of the clock."""

from django.apps import AppConfig


def is_clock_right() -> bool:
    """Return whether this machine's clock agrees with the database's, and the newest audit entry is not in the future.

    Differences of up to ``clock.WARNING_SKEW`` are ignored.
    """
    from newsroom.audit.models import Event
    from newsroom.http import clock

    newest = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    return not clock.describe_skew() and (newest is None or newest <= clock.now() + clock.WARNING_SKEW)


class RecordConfig(AppConfig):
    name = "newsroom.audit"
    label = "record"
    verbose_name = "Activity log"

    def ready(self) -> None:
        """Register the checks of the clock, the digest of the log for backups, personal data, and a retention rule."""
        from newsroom.audit import doctor, personal_data
        from newsroom.audit.backup import read_events
        from newsroom.audit.models import AccessEntry
        from newsroom.operations import health, retention
        from newsroom.operations.backup import registry
        from newsroom.operations.doctor.registry import register, register_condition

        personal_data.register()
        # Readers are served even if the clock is wrong.
        health.register_check("clock", is_clock_right, needed=False)
        registry.register_digest("audit", read_events)
        retention.register(
            retention.RowRule("access_events", 180, lambda at, age: [AccessEntry.objects.before(at - age)])
        )
        register_condition("clock", doctor.find_wrong_clock, part="clock", healthy="The clock is right.")
        register("clock", doctor.examine_synchronisation, healthy="The clock is right.", uses_database=False)
