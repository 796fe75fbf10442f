"""The app configuration of operations."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.core.signals import request_finished
from django.db.backends.signals import connection_created


class OperationsConfig(AppConfig):
    name = "newsroom.operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        """Register what belongs to no other app, set the folder for counters, and start Sentry if there is a DSN."""
        from newsroom import caching, counters, digests
        from newsroom.operations import (
            checks,
            gauges,
            health,
            old_static_files,
            request_log,
            retention,
            site_state,
            slow_log,
            transport,
        )
        from newsroom.operations.alerts import gauge
        from newsroom.operations.backup import registry
        from newsroom.operations.doctor import general
        from newsroom.operations.models import Alert, AlertPause, GaugeRecord, Process, SiteState
        from newsroom.page_cache import eviction, unused_keys
        from newsroom.page_cache.models import StoredPage

        register(checks.check_replaced_migrations, Tags.database)  # run by ``migrate`` before it reads the migrations
        register(digests.check_digest_key, Tags.security, deploy=True)
        register(transport.check_transport, Tags.security, deploy=True)
        request_finished.connect(request_log.forget_request_id, dispatch_uid="newsroom.operations.request_id")
        connection_created.connect(slow_log.watch_connection, dispatch_uid="newsroom.operations.slow_log")
        register(retention.check_setting, retention.CHECK_TAG)
        retention.register(retention.ItemRule("cache", 0, caching.find_expired_rows, caching.delete_expired_rows))
        retention.register(retention.ItemRule("stored_pages", 7, eviction.find_stale_pages, eviction.delete_pages))
        retention.register(retention.RowRule("page_keys", 30, unused_keys.find_unused_keys))
        retention.register(
            retention.ItemRule("static", 30, old_static_files.find_old_files, old_static_files.delete_files)
        )
        # A session that has been ended since the backup must not return. Stored pages are rendered again when they are
        # requested.
        registry.exclude_rows("django_session", "usersessions_usersession", "newsroom_cache")
        registry.exclude_rows(StoredPage._meta.db_table, SiteState._meta.db_table)
        # The alerts and processes of the site that was backed up say nothing about a restored site.
        registry.exclude_rows(*(each._meta.db_table for each in (Alert, AlertPause, Process)))
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
        general.register_general()
        counters.write_to(settings.VAR_DIR / "metrics")
        gauges.register()
        gauge.register()
        retention.register(retention.RowRule("metrics", 8, lambda at, age: [GaugeRecord.objects.before(at - age)]))
        retention.register(retention.RowRule("alerts", 365, lambda at, age: [Alert.objects.ended_before(at - age)]))
        if settings.SENTRY_DSN:
            from newsroom.operations import sentry

            sentry.start(settings.SENTRY_DSN)
