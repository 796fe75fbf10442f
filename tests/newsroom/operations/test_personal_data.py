"""The files of an export: who may read them, and what becomes of them after an error."""

import json
import os
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from newsroom.operations import personal_data

AT = datetime(2031, 3, 3, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _open_umask():
    """Set a umask with which new files are readable by everybody unless their mode says otherwise."""
    previous = os.umask(0)
    yield
    os.umask(previous)


def list_names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_only_the_owner_may_read_the_file_from_its_first_byte_on(tmp_path):
    path = tmp_path / "ana.zip"
    with personal_data.private_file(path) as file:
        file.write(b"half")
        file.flush()
        [unfinished] = tmp_path.iterdir()
        assert unfinished != path
        assert unfinished.stat().st_mode & 0o777 == 0o600
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o600, b"half")
    assert list_names(tmp_path) == ["ana.zip"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_error_there_is_no_file(tmp_path, error):
    def fail() -> None:
        with personal_data.private_file(tmp_path / "ana.zip") as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert list_names(tmp_path) == []


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "ana.zip"

    def write_late() -> None:
        with personal_data.private_file(path) as file:
            file.write(b"new")
            path.write_bytes(b"old")

    with pytest.raises(FileExistsError):
        write_late()
    assert (path.read_bytes(), list_names(tmp_path)) == (b"old", ["ana.zip"])


def test_values_become_text_that_every_program_reads():
    value = [{"at": AT, "uid": UUID(int=1), "name": "Zoë", "half": "\ud83d"}]
    assert json.loads(personal_data.encode(value)) == [
        {"at": "2031-03-03T09:05:00+00:00", "uid": str(UUID(int=1)), "name": "Zoë", "half": "?"}
    ]
    with pytest.raises(TypeError, match="bytes is no value of an export"):
        personal_data.encode(b"")


def test_the_archive_has_a_readme_and_a_file_for_each_part():
    exported = {"accounts": [{"username": "ana"}], personal_data.OTHER_ROWS: []}
    readme = personal_data.describe(exported, address="ana@lisle.example", site="Newsroom", at=AT)
    file = BytesIO()
    personal_data.write_archive(file, readme, exported)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("accounts.json")) == [{"username": "ana"}]
        lines = archive.read("README.txt").decode().splitlines()
    assert lines[0] == "What Newsroom stores about ana@lisle.example, on 3 March 2031 at 09:05 UTC."
    assert any(line.startswith("* accounts.json: ") and line.endswith("(1)") for line in lines)
    assert any(line.startswith("* rows_with_the_address.json: ") and line.endswith("(0)") for line in lines)
