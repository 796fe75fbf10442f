"""The configuration of the app."""

from django.apps import AppConfig
from django.conf import settings


class OperationsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        """Give ``/readyz`` the lines that no other app answers for. Readers are served without those not needed."""
        from newsroom.operations import health

        health.register("database", health.database_answers, uses_database=False)
        health.register("migrations", health.migrations_are_applied)
        health.register("writes", health.database_takes_writes, needed=False, interval=health.INTERVAL)
        health.register("disk", health.disks_have_space, needed=False, uses_database=False)
        health.register(
            "cache",
            health.cache_answers,
            needed=False,
            uses_database="DatabaseCache" in settings.CACHES["default"]["BACKEND"],
            interval=health.INTERVAL,
            within=health.CACHE_WITHIN,
        )
