"""The program age opens encrypted backups without the site, and its keys restore them."""

import gzip
import hashlib
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from newsroom.operations.backup import restore
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.restore import Source, restore_backup
from tests.backups import Site, contents_of, empty_target, make_site
from tests.machine.proxies import program


@pytest.fixture
def site(settings, tmp_path, transactional_db) -> Site:
    settings.VAR_DIR = tmp_path / "var"
    return make_site(tmp_path)


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """Return the file of a new secret key."""
    path = tmp_path / "backup_identity"
    subprocess.run([program("age-keygen"), "-o", str(path)], check=True, capture_output=True)
    return path


def read_recipient(identity: Path) -> str:
    """Return the public key, which age-keygen writes into the file of the secret key."""
    [recipient] = re.findall(r"^# public key: (age1\w+)$", identity.read_text("ascii"), re.MULTILINE)
    return str(recipient)


def decrypt(path: Path, identity: Path) -> bytes:
    command = [program("age"), "--decrypt", "--identity", str(identity), str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_age_opens_the_dump_and_the_pictures_of_a_backup(site, identity, tmp_path):
    name = create_backup(site.store, recipient=read_recipient(identity)).name
    dump = decrypt(site.store.root / name / "database.sqlite3.gz.age", identity)
    (opened := tmp_path / "opened.sqlite3").write_bytes(gzip.decompress(dump))
    with closing(sqlite3.connect(opened)) as database:
        assert database.execute("SELECT COUNT(*) FROM stories_edition").fetchone() == (3,)
    for image in site.images:
        [stored] = site.store.root.glob(f"media/*/{image.digest}.age")
        assert hashlib.sha256(decrypt(stored, identity)).hexdigest() == image.digest


def test_a_backup_for_a_key_from_age_keygen_is_restored_with_it(site, identity, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "NOTICE_DELAY", 0)  # no server uses the database
    create_backup(site.store, recipient=read_recipient(identity))
    with empty_target(tmp_path) as url:
        assert restore_backup(Source(site.store, identity=identity), url).missing == []
        assert contents_of(url).counts["stories_edition"] == 3
