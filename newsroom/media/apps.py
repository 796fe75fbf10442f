"""The app configuration of the image library: handlers that run after migrations, and registration with other apps."""

from contextlib import suppress

from django.apps import AppConfig
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


def create_media_folder(using: str, **_: object) -> None:
    """Create the media folder if it is missing and the library is empty. If that fails, ``/readyz`` reports it.

    If the library has images, the folder is on a disk that is not mounted. A new folder would hide this.
    """
    from newsroom.media import storage
    from newsroom.media.models import Image
    from newsroom.operations import health

    if using != DEFAULT_DB_ALIAS or not health.migrations_are_applied() or Image.objects.exists():
        return
    with suppress(OSError):
        storage.create_root(default_storage)


def enqueue_missing_digests(using: str, **_: object) -> None:
    """Enqueue the task that stores the digests of renditions, if a rendition has none.

    Only the default database is examined, and only after all migrations, because later ones may change the tables.
    """
    from newsroom.media.models import Rendition
    from newsroom.media.tasks import store_rendition_digests
    from newsroom.operations import health
    from newsroom.task_queue import enqueue

    if using != DEFAULT_DB_ALIAS or not health.migrations_are_applied():
        return
    if Rendition.objects.filter(digest="").exists():
        enqueue(store_rendition_digests)


def is_storage_writable() -> bool:
    """Return whether image files can be written, read and deleted."""
    from newsroom.media import storage

    return storage.is_writable(default_storage)


class PicturesConfig(AppConfig):
    name = "newsroom.media"
    label = "media"
    verbose_name = "Pictures"

    def ready(self) -> None:
        from newsroom.media import (
            checks,  # noqa: F401 -- the import registers the check
            doctor,
            storage,
        )
        from newsroom.media.backup import check_restored_files, list_originals, list_renditions
        from newsroom.media.models import Image
        from newsroom.operations import health, retention
        from newsroom.operations.backup import registry
        from newsroom.operations.doctor.general import RESTART_TIME
        from newsroom.operations.doctor.registry import register, register_condition
        from newsroom.page_cache import unused_keys

        post_migrate.connect(create_media_folder, sender=self, dispatch_uid="newsroom.media.folder")
        post_migrate.connect(enqueue_missing_digests, sender=self, dispatch_uid="newsroom.media.digests")
        health.register_check(
            "media", is_storage_writable, needed=False, uses_database=False, interval=health.WRITE_INTERVAL
        )
        retention.register(retention.ItemRule("part_files", 1, storage.find_unfinished, storage.delete_unfinished))
        unused_keys.register_objects("picture", Image.objects.all)
        register_condition(
            "media",
            doctor.find_unwritable_storage,
            part="media",
            healthy="A sample of pictures has its files.",
            hold=RESTART_TIME,
        )
        register("media", doctor.examine_files, healthy="A sample of pictures has its files.")
        registry.register_files(list_originals, list_renditions)
        registry.register_file_check(check_restored_files)
