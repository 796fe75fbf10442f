"""The app configuration of operations. It registers system checks and the general health checks."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.core.signals import request_finished


class OperationsConfig(AppConfig):
    name = "newsroom.operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        """Register the system checks, and the health checks that do not belong to another app."""
        from newsroom import digests
        from newsroom.operations import checks, health, request_log, site_state

        register(checks.check_replaced_migrations, Tags.database)  # run by ``migrate`` before it reads the migrations
        register(digests.check_digest_key, Tags.security, deploy=True)
        request_finished.connect(request_log.forget_request_id, dispatch_uid="newsroom.operations.request_id")
        # Readers are served even if a check that is not ``needed`` fails.
        health.register_check("database", health.database_answers, uses_database=False)
        health.register_check("migrations", health.migrations_are_applied)
        health.register_check("restored", lambda: not site_state.is_restoring())
        health.register_check("writes", health.database_takes_writes, needed=False, interval=health.WRITE_INTERVAL)
        health.register_check("disk", health.disks_have_space, needed=False, uses_database=False)
        health.register_check(
            "cache",
            health.cache_answers,
            needed=False,
            uses_database="DatabaseCache" in settings.CACHES["default"]["BACKEND"],
            interval=health.WRITE_INTERVAL,
            within=health.CACHE_TIMEOUT,
        )
