"""The ``purge`` command, which purges all pages, or those that depend on the given page keys, from the CDN."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import CommandError

from newsroom.operations.commands import CannotRunError, OperationCommand
from newsroom.page_cache.cdn_headers import ALL_TAG, OVERFLOW_TAG, cdn_tag
from newsroom.pings import purge_cdn


class Command(OperationCommand):
    """The command to run if the CDN may contain stale pages."""

    help = "Purge pages from the cache in front of the site: all, or those with the given keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "keys", nargs="*", metavar="KEY", help="A key, such as list:stories. Leave out to purge everything."
        )

    def handle(self, *args: object, keys: list[str], **options: object) -> None:
        """Purge the pages. Raise CannotRunError if ``PURGE_URL`` is empty, and CommandError if the purge fails."""
        if not settings.PURGE_URL:
            raise CannotRunError("Set PURGE_URL to the address at which the cache accepts purges.")
        tags = [*(cdn_tag(key) for key in keys), OVERFLOW_TAG] if keys else [ALL_TAG]
        try:
            purge_cdn(settings.PURGE_URL, tags, header=settings.PURGE_HEADER)
        except OSError as error:
            raise CommandError(f"The cache was not purged: {error}") from error
        self.stdout.write(f"Purged: {' '.join(tags)}.")
