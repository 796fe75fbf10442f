"""A deep check of a backup of SQLite, which unpacks the dump."""

import hashlib
import shutil
from pathlib import Path

import pytest

from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import write_manifest
from newsroom.operations.backup.verify import verify_backup
from tests.backups import Site, make_site

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(settings, tmp_path: Path) -> Site:
    settings.VAR_DIR = tmp_path / "var"
    return make_site(tmp_path)


def test_a_disk_that_is_full_is_no_fault_of_the_backup(site, monkeypatch):
    name = create_backup(site.store, is_quick=True).name

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", "database.sqlite3")

    monkeypatch.setattr(shutil, "copyfileobj", fail)
    with pytest.raises(OSError, match="No space left on device"):
        verify_backup(site.store, name, is_deep=True)


def test_a_dump_that_was_damaged_before_it_was_stored_is_a_fault(site):
    created = create_backup(site.store, is_quick=True)
    path = site.store.root / created.name / "database.sqlite3.gz"
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(content)
    files = [each.model_copy(update={"sha256": hashlib.sha256(content).hexdigest()}) for each in created.manifest.files]
    write_manifest(site.store, created.name, created.manifest.model_copy(update={"files": files}))
    [fault] = verify_backup(site.store, created.name, is_deep=True)
    assert fault.startswith("database.sqlite3.gz cannot be unpacked: ")
