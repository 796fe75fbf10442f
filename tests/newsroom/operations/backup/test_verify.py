"""Damage of any kind in a backup is found, and the damaged file is named."""

import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import read_manifest
from newsroom.operations.backup.verify import verify_backup
from newsroom.operations.commands import CannotRunError, FaultError
from stories.publishing.erase import erase_work
from tests.backups import Site
from tests.factories import make_published_story

pytestmark = pytest.mark.audit


class Usage(NamedTuple):
    free: int


def turn_bit(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position // 8] ^= 1 << position % 8
    path.write_bytes(content)


def name_fault(site: Site, name: str) -> str:
    """Return what a check of the backup finds, whether it is a list of faults or an error."""
    try:
        return "\n".join(verify_backup(site.store, name))
    except FaultError as error:
        return str(error)


def find_files(site: Site) -> list[Path]:
    return sorted(path for path in site.store.root.rglob("*") if path.is_file())


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_bit_that_is_turned_anywhere_is_found_and_its_file_named(site, administrator, is_encrypted):
    erase_work(make_published_story(), by=administrator, reason="Ordered by the court of Port Lisle.")
    recipient = str(pyrage.x25519.Identity.generate().to_public()) if is_encrypted else ""
    name = create_backup(site.store, recipient=recipient).name
    assert name_fault(site, name) == ""
    choices = random.Random(18)  # noqa: S311  # which bits are turned is no secret
    files = find_files(site)
    assert {"manifest.json", "manifest.json.sha256", "erasures.jsonl"} < {path.name for path in files}
    chosen = [*files, *choices.choices(files, k=100 - len(files))]
    for path in chosen:
        position = choices.randrange(path.stat().st_size * 8)
        turn_bit(path, position)
        # Where the digest beside a file is wrong, the file is named.
        assert path.name.removesuffix(".sha256") in name_fault(site, name), (path, position)
        turn_bit(path, position)
    assert name_fault(site, name) == ""


def test_a_bit_that_is_turned_in_any_byte_of_the_digest_of_the_manifest_is_found(site):
    name = create_backup(site.store, is_quick=True).name
    path = site.store.root / name / "manifest.json.sha256"
    for byte in range(path.stat().st_size):
        position = byte * 8 + byte % 8
        turn_bit(path, position)
        with pytest.raises(FaultError, match=r"manifest\.json\.sha256"):
            read_manifest(site.store, name)
        turn_bit(path, position)
    assert name_fault(site, name) == ""


def test_a_record_of_erasures_that_is_missing_or_damaged_is_named_beside_other_faults(site, administrator, capsys):
    erase_work(make_published_story(), by=administrator, reason="Ordered by the court of Port Lisle.")
    name = create_backup(site.store).name
    dump = next(path for path in site.store.names(f"{name}/database"))
    site.store.delete(dump)
    lost = f"{dump.removeprefix(f'{name}/')}: the file is missing."
    path = site.store.root / "erasures.jsonl"
    turn_bit(path, 0)
    with pytest.raises(FaultError) as fault:
        call_command("backup", "verify", str(site.store.root))
    changed = "erasures.jsonl, line 1: it was changed, or lines before it were changed or removed."
    assert str(fault.value).splitlines() == [lost, changed]
    path.unlink()
    assert verify_backup(site.store, name) == [lost, "erasures.jsonl: the file is missing."]


def test_a_missing_file_is_named(site):
    name = create_backup(site.store).name
    digest = next(iter(read_digests(site, name)))
    site.store.delete(f"media/{digest[:2]}/{digest}")
    dump = next(path for path in site.store.names(f"{name}/database"))
    site.store.delete(dump)
    assert verify_backup(site.store, name) == [
        f"{dump.removeprefix(f'{name}/')}: the file is missing.",
        f"media/{digest[:2]}/{digest}: the file is missing.",
    ]


def test_a_damaged_file_of_erasures_is_a_fault_and_no_new_backup_is_made_with_it(site):
    name = create_backup(site.store).name
    (site.store.root / "erasures.jsonl").write_text("{}\n")
    fault = "erasures.jsonl, line 1: it was changed, or never was a line of this file."
    assert verify_backup(site.store, name) == [fault]
    shutil.rmtree(site.store.root / name)  # so that another one of the same second can be made
    with pytest.raises(CommandError, match=fault) as failed:
        create_backup(site.store)
    assert failed.value.returncode == 1


def read_digests(site: Site, name: str) -> list[str]:
    return [path.rpartition("/")[2] for path in site.store.names("media/")]


def test_a_manifest_that_is_cut_off_is_refused(site):
    name = create_backup(site.store).name
    path = site.store.root / name / "manifest.json"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FaultError, match=r"manifest\.json: SHA-256 differs"):
        verify_backup(site.store, name)


@pytest.mark.parametrize("missing", ["manifest.json", "manifest.json.sha256"])
def test_an_unfinished_backup_is_refused(site, missing):
    name = create_backup(site.store).name
    (site.store.root / name / missing).unlink()
    with pytest.raises(CannotRunError, match=f"The backup {name} is unfinished"):
        verify_backup(site.store, name)


def test_a_backup_that_does_not_exist_is_refused(site):
    create_backup(site.store)
    with pytest.raises(CannotRunError, match="There is no backup 2020-01-01T000000Z"):
        verify_backup(site.store, "2020-01-01T000000Z")


def test_a_deep_check_has_the_database_read_the_dump(site, capsys):
    name = create_backup(site.store).name
    call_command("backup", "verify", str(site.store.root), deep=True)
    assert capsys.readouterr().out == f"{name} is whole.\n"


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_deep_check_without_room_for_the_dump_is_refused_before_anything_is_read(
    site, settings, monkeypatch, is_encrypted
):
    recipient = str(pyrage.x25519.Identity.generate().to_public()) if is_encrypted else ""
    manifest = create_backup(site.store, recipient=recipient).manifest
    sizes = [file.bytes for file in manifest.files]
    needed = sum(sizes) + (max(sizes) if is_encrypted else 0)
    needed += manifest.database.bytes if manifest.database.vendor == "sqlite" else 0
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free=needed - 1))
    for name in [name for name in site.store.names() if not name.rpartition("/")[2].startswith("manifest.json")]:
        site.store.delete(name)
    with pytest.raises(CannotRunError) as refusal:
        call_command("backup", "verify", str(site.store.root), deep=True)
    assert str(refusal.value) == (
        f"A deep check copies the dump to {settings.VAR_DIR}. That takes {needed / 1e6:,.1f} MB, and "
        f"{(needed - 1) / 1e6:,.1f} MB are free."
    )
    with pytest.raises(FaultError, match="the file is missing"):
        call_command("backup", "verify", str(site.store.root))


def test_a_deep_check_of_an_encrypted_backup_needs_its_secret_key(site, tmp_path):
    identity = pyrage.x25519.Identity.generate()
    name = create_backup(site.store, recipient=str(identity.to_public())).name
    (key := tmp_path / "key.txt").write_text(f"# made for a test\n{identity}\n")
    assert verify_backup(site.store, name, is_deep=True, identity=key) == []
    with pytest.raises(CannotRunError, match="Pass --identity FILE"):
        verify_backup(site.store, name, is_deep=True)
    key.write_text(str(pyrage.x25519.Identity.generate()))
    assert (
        "cannot be decrypted: no matching keys found" in verify_backup(site.store, name, is_deep=True, identity=key)[0]
    )
    key.write_text("no key at all")
    with pytest.raises(CannotRunError, match="has no secret key of age"):
        verify_backup(site.store, name, is_deep=True, identity=key)
