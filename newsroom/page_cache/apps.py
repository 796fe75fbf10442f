"""The app configuration of the page cache: stored pages, and the page keys that decide whether they are valid."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def delete_own_pages(using: str, **_: object) -> None:
    """Delete the pages that this release stored when it was installed before.

    Until it is installed again, another release runs, which need not know all the page keys of this one: the page keys
    of what it changed may have the same versions as before.
    """
    from newsroom.page_cache.models import StoredPage
    from newsroom.page_cache.release import release

    if StoredPage._meta.db_table in connections[using].introspection.table_names():
        StoredPage.objects.using(using).filter(release=release()).delete()


class PagesConfig(AppConfig):
    name = "newsroom.page_cache"
    label = "pages"

    def ready(self) -> None:
        """Connect the signal handler."""
        post_migrate.connect(delete_own_pages, sender=self, dispatch_uid="pages.delete_own")
