"""The app configuration of the site, and the creation of the cache table."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.core.management import call_command
from django.db.models.signals import post_migrate

from newsroom import caching


def create_cache_table(using: str, **_: object) -> None:
    """Create the table of the database cache, unless it exists."""
    # The table is needed with Redis as well, because the database is its fallback.
    call_command("createcachetable", caching.TABLE, database=using, verbosity=0)


class SiteConfig(AppConfig):
    name = "newsroom.site"
    label = "site"
    verbose_name = "Site"

    def ready(self) -> None:
        from newsroom.db.statements import PreparedCount
        from newsroom.desk import markdown_preview
        from newsroom.operations import metrics, retention
        from newsroom.site.reader_reports import personal_data
        from newsroom.site.reader_reports.models import MAX_EMAIL_DAYS, Report, ReportQuerySet

        personal_data.register()
        markdown_preview.register_permission("site.change_aboutpage")
        retention.register(
            retention.RowRule(
                "report_addresses",
                MAX_EMAIL_DAYS,
                lambda at, age: [Report.objects.with_email_until(at - age)],
                remove=ReportQuerySet.delete_emails,
                max_days=MAX_EMAIL_DAYS,
            )
        )
        metrics.register(
            "newsroom_reports_open",
            PreparedCount(Report.objects.open),
            help="Reports of readers without a decision.",
        )
        register(caching.check_cache_url, Tags.caches)
        post_migrate.connect(create_cache_table, sender=self, dispatch_uid="newsroom.site.cache_table")
