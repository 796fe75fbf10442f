"""The app configuration of notifications."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "newsroom.notifications"
    label = "notices"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Register the retention rule and the personal data."""
        from newsroom.notifications import personal_data
        from newsroom.notifications.models import Notice
        from newsroom.operations import retention

        personal_data.register()
        # Unread notifications are stored twice as long.
        retention.register(
            retention.RowRule("notices", 180, lambda at, age: [Notice.objects.old(at - age, unread=at - 2 * age)])
        )
