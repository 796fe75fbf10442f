"""Releases: archives are checked, and code and packages are installed and repaired."""

import hashlib
import re
import tarfile
import tomllib
from pathlib import Path

import pytest

from deploy.machine import RefusedError
from deploy.releases import install_release, list_files, open_source, read_version
from tests.deploy.fake_machine import FakeCommands, make_machine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def source(tmp_path):
    """Return a folder with the code of a small release."""
    folder = tmp_path / "source"
    for name, text in {
        "pyproject.toml": '[project]\nversion = "1.4.0"\n',
        "requirements-production.lock": "django==6.1\n",
        "manage.py": "print()\n",
        "newsroom/settings.py": "A = 1\n",
        "tests/test_it.py": "",
        "var/secret-key": "secret",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "manage.py").chmod(0o755)
    return folder


@pytest.fixture
def archive(tmp_path, source):
    """Return an archive of the release, with its checksum beside it."""
    path = tmp_path / "newsroom-1.4.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(source, "newsroom-1.4.0")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return path


def installed(tmp_path):
    return tmp_path / "root" / "opt" / "newsroom" / "releases" / "1.4.0"


def test_an_archive_that_matches_its_checksum_is_unpacked(archive):
    with open_source(archive, ROOT) as folder:
        assert read_version(folder) == "1.4.0"
    assert not folder.exists()


def test_an_archive_with_a_changed_bit_is_refused(archive):
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with (
        pytest.raises(RefusedError, match=r"does not match newsroom-1\.4\.0\.tar\.gz\.sha256"),
        open_source(archive, ROOT),
    ):
        pass


def test_an_archive_without_a_checksum_is_refused(archive):
    archive.with_name(f"{archive.name}.sha256").unlink()
    with pytest.raises(RefusedError, match="cannot be checked against"), open_source(archive, ROOT):
        pass


def test_an_archive_of_something_else_is_refused(tmp_path, archive):
    (tmp_path / "source" / "pyproject.toml").unlink()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "source", "other")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(digest, encoding="ascii")
    with pytest.raises(RefusedError, match="is not a release of Newsroom"), open_source(archive, ROOT):
        pass


def test_a_release_has_the_code_without_tests_and_data(tmp_path, source):
    machine, commands = make_machine(tmp_path / "root", FakeCommands())
    assert install_release(machine, source)
    names = {path.relative_to(installed(tmp_path)).as_posix() for path in installed(tmp_path).rglob("*.*")}
    assert {"manage.py", "newsroom/settings.py"} <= names
    assert not {name for name in names if name.startswith(("tests", "var"))}
    assert installed(tmp_path).joinpath("manage.py").stat().st_mode & 0o777 == 0o755
    assert len(commands.find("--require-hashes")) == 1


def test_installing_the_same_release_again_changes_nothing(tmp_path, source):
    machine, commands = make_machine(tmp_path / "root", FakeCommands())
    install_release(machine, source)
    commands.run.clear()
    assert not install_release(machine, source)
    assert commands.run == []


def test_a_release_that_was_tampered_with_is_repaired(tmp_path, source):
    machine, commands = make_machine(tmp_path / "root", FakeCommands())
    install_release(machine, source)
    folder = installed(tmp_path)
    (folder / "newsroom" / "settings.py").write_text("A = 2\n")
    (folder / "newsroom" / "intruder.py").touch()
    (folder / "manage.py").unlink()
    commands.run.clear()
    assert install_release(machine, source)
    assert (folder / "newsroom" / "settings.py").read_text() == "A = 1\n"
    assert not (folder / "newsroom" / "intruder.py").exists()
    assert (folder / "manage.py").exists()
    assert commands.find("pip") == []


def test_packages_are_installed_again_after_the_list_has_changed_or_the_last_time_failed(tmp_path, source):
    machine, commands = make_machine(tmp_path / "root", FakeCommands())
    install_release(machine, source)
    (source / "requirements-production.lock").write_text("django==6.1.1\n")
    install_release(machine, source)
    (installed(tmp_path) / ".venv" / ".installed").unlink()
    install_release(machine, source)
    assert len(commands.find("--require-hashes")) == 3


def test_the_product_is_among_its_own_files():
    names = {path.as_posix() for path in list_files(ROOT)}
    assert {"manage.py", "deploy/install.py", "deploy/systemd/newsroom-web@.service"} <= names
    assert not {name for name in names if name.startswith(("tests/", "benchmarks/", ".venv", "var/"))}


def test_the_packages_of_a_site_are_those_of_development_with_the_same_versions_and_hashes():
    development, production = (read_lock(name) for name in ("requirements.lock", "requirements-production.lock"))
    assert production.items() < development.items()
    names = {each.partition("==")[0] for each in production}
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.split(r"[^\w-]", each)[0] for each in dependencies} <= names, "Run make lock."
    assert not {"mypy", "pytest", "ruff"} & names


def read_lock(name):
    """Return the hashes of each package with its version."""
    entries = re.findall(r"^(\S+==[^\s;]+)(.*(?:\n .*)*)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    return {package: frozenset(re.findall(r"sha256:\w+", text)) for package, text in entries}
