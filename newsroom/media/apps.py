"""The configuration of the app."""

from contextlib import suppress

from django.apps import AppConfig
from django.core.files.storage import default_storage
from django.db.models.signals import post_migrate


def make_folder(**_: object) -> None:
    """Make the folder for pictures of a new site. Where that cannot be done, ``/readyz`` says so."""
    from newsroom.media import storage

    with suppress(OSError):
        storage.make_root(default_storage)


def pictures_can_be_stored() -> bool:
    """Return whether pictures can be written, read and deleted."""
    from newsroom.media import storage

    return storage.takes_files(default_storage)


class PicturesConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.media"
    label = "media"
    verbose_name = "Pictures"

    def ready(self) -> None:
        """Have checks say what share pictures lack, and ``/readyz`` whether pictures can be stored."""
        from newsroom.media import checks  # noqa: F401 -- registers itself
        from newsroom.operations import health

        post_migrate.connect(make_folder, sender=self, dispatch_uid="newsroom.media.folder")
        health.register("media", pictures_can_be_stored, needed=False, uses_database=False, interval=health.INTERVAL)
