"""Sites to back up, and empty databases to restore into, for the tests of backups."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from newsroom.media.models import Image
from newsroom.operations.backup import targets
from newsroom.operations.backup.create import Created, create_backup
from newsroom.operations.backup.manifest import backup_name
from newsroom.operations.backup.snapshots import Contents, read_contents
from newsroom.operations.backup.store import FolderStore
from stories.models import Story
from tests.databases import DROP_DATABASE, database_url, direct_url
from tests.factories import make_image, make_published_question, make_published_story


@dataclass(frozen=True)
class Site:
    """A site with published pages and pictures, the folder in which its backups are stored, and a scratch folder."""

    story: Story
    images: list[Image]
    store: FolderStore
    folder: Path


def make_site(folder: Path) -> Site:
    """Publish two stories and a question, and add two pictures with different content."""
    settings.VAR_DIR.mkdir(exist_ok=True)
    story = make_published_story()
    make_published_story(headline="The ferry to Ostholm runs again")
    make_published_question()
    images = [make_image(), make_image()]
    for number, image in enumerate(images):
        path = Path(default_storage.path(str(image.file.name)))
        # Programs that read a PNG ignore what follows its end.
        path.write_bytes(path.read_bytes() + bytes([number]))
        Image.objects.filter(pk=image.pk).update(digest=hashlib.sha256(path.read_bytes()).hexdigest())
        image.refresh_from_db()
    return Site(story, images, FolderStore(folder / "store"), folder)


def process_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that runs on the database of the test, and writes to ``folder``."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.process_settings",
        "DATABASE_URL": database_url(),
        "FOLDER_OF_TEST": str(folder),
    }


@contextmanager
def empty_target(folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database of the kind that the tests use."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'restored.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(DROP_DATABASE.format(name))
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield direct_url(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(DROP_DATABASE.format(name))


@contextmanager
def restored(url: str) -> Iterator[None]:
    """Make the database at a URL the default database within the block."""
    with targets.default_database(targets.parse_target(url)):
        yield


def contents_of(url: str) -> Contents:
    """Return the counts and digests of the database at a URL."""
    with restored(url):
        return read_contents("default")


def count_tables(url: str) -> int:
    """Return the number of tables of the database at a URL, which need not exist on SQLite."""
    config: dict[str, Any] = targets.parse_target(url)
    if connection.vendor == "sqlite" and not Path(config["NAME"]).exists():
        return 0
    with targets.default_database(config):
        return len(connection.introspection.table_names())


def create_next(site: Site, **options: Any) -> Created:
    """Make another backup, in a later second than the newest one, because a backup is named after its second."""
    newest = max((path.name for path in site.store.root.glob("2*Z")), default="")
    while backup_name(datetime.now(UTC)) <= newest:
        time.sleep(0.02)
    return create_backup(site.store, **options)


def copy_to_time(site: Site, name: str, time: datetime) -> str:
    """Copy a backup as if it had been made at another time. Return its name."""
    copied = backup_name(time)
    shutil.copytree(site.store.root / name, site.store.root / copied)
    return copied
