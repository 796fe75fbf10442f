"""The app configuration of images: it creates the media folder and registers the checks."""

from contextlib import suppress

from django.apps import AppConfig
from django.core.files.storage import default_storage
from django.db.models.signals import post_migrate


def make_folder(**_: object) -> None:
    """Create the media folder of a new site. If that fails, ``/readyz`` reports it."""
    from newsroom.media import storage

    with suppress(OSError):
        storage.make_root(default_storage)


def pictures_can_be_stored() -> bool:
    """Return whether image files can be written, read and deleted."""
    from newsroom.media import storage

    return storage.takes_files(default_storage)


class PicturesConfig(AppConfig):
    name = "newsroom.media"
    label = "media"
    verbose_name = "Pictures"

    def ready(self) -> None:
        from newsroom.media import checks  # noqa: F401 -- the import registers the check
        from newsroom.operations import health

        post_migrate.connect(make_folder, sender=self, dispatch_uid="newsroom.media.folder")
        health.register("media", pictures_can_be_stored, needed=False, uses_database=False, interval=health.INTERVAL)
