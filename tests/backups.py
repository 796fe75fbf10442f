"""Sites to back up, and empty databases to restore into, for the tests of backups."""

import gzip
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from newsroom.media.models import Image
from newsroom.operations.backup import targets
from newsroom.operations.backup.create import Created, create_backup
from newsroom.operations.backup.manifest import backup_name, read_manifest, write_manifest
from newsroom.operations.backup.snapshots import Contents, read_contents
from newsroom.operations.backup.store import FolderStore, digest_of
from stories.models import Story
from tests.databases import DROP_DATABASE, direct_url, process_variables
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
    images = [make_distinct_image(bytes([number])) for number in range(2)]
    return Site(story, images, FolderStore(folder / "store"), folder)


def make_distinct_image(ending: bytes) -> Image:
    """Add a picture whose file has this ending, so that no other has the same content."""
    image = make_image()
    path = Path(default_storage.path(str(image.file.name)))
    # Programs that read a PNG ignore what follows its end.
    path.write_bytes(path.read_bytes() + ending)
    Image.objects.filter(pk=image.pk).update(digest=hashlib.sha256(path.read_bytes()).hexdigest())
    image.refresh_from_db()
    return image


def process_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that runs on the database of the test, and writes to ``folder``."""
    return os.environ | process_variables(folder)


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


def get_page(url: str | None, path: str) -> tuple[int, bytes]:
    """Return the status and the body of a page of the database at a URL or, without one, of the default database."""
    with restored(url) if url else nullcontext():
        response = Client().get(path)
        return response.status_code, response.content


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


def delete_row_from_dump(site: Site, name: str, table: str) -> None:
    """Delete a row of the table from the dump. In the manifest, update the digest and the size, but not the counts."""
    folder = site.store.root / name
    if connection.vendor == "sqlite":
        path, unpacked = folder / "database.sqlite3.gz", site.folder / "unpacked.sqlite3"
        unpacked.write_bytes(gzip.decompress(path.read_bytes()))
        with closing(sqlite3.connect(unpacked)) as database, database:
            database.execute(f"DELETE FROM {table} WHERE rowid = (SELECT MAX(rowid) FROM {table})")  # noqa: S608 -- a constant
        content = unpacked.read_bytes()
    else:
        command = ["pg_restore", "--list", str(folder / "database")]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        [number] = re.findall(rf"^(\d+); .* TABLE DATA public {table} ", listed, re.MULTILINE)
        path = folder / "database" / f"{number}.dat.gz"
        _, _, content = gzip.decompress(path.read_bytes()).partition(b"\n")
    path.write_bytes(gzip.compress(content))
    manifest = read_manifest(site.store, name)
    with path.open("rb") as file:
        digest, size = digest_of(file)
    changed = {"sha256": digest, "bytes": size}
    is_changed = path.relative_to(folder).as_posix().__eq__
    files = [each.model_copy(update=changed) if is_changed(each.path) else each for each in manifest.files]
    write_manifest(site.store, name, manifest.model_copy(update={"files": files}))
