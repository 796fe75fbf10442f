"""The configuration of the app."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.core.management import call_command
from django.db.models.signals import post_migrate

from newsroom import caching


def make_cache_table(using: str, **_: object) -> None:
    """Make the table of the cache in the database, which stands in for Redis too; nothing happens when it exists."""
    call_command("createcachetable", caching.TABLE, database=using, verbosity=0)


class SiteConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.site"
    label = "site"
    verbose_name = "Site"

    def ready(self) -> None:
        """Have the cache table made after each migrate, and the address of the cache checked."""
        register(caching.check_cache_url, Tags.caches)
        post_migrate.connect(make_cache_table, sender=self, dispatch_uid="newsroom.site.cache_table")
